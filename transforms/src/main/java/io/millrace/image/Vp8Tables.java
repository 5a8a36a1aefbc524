package io.millrace.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;

/** The constants of VP8 (RFC 6386, sections 11.5, 13.4, 13.5 and 14.1). */
final class Vp8Tables {
  /** Probabilities of a coefficient's token, of an end of block first. */
  static final int TOKEN_PROBABILITIES = 11;

  /** Probabilities of a block's mode, by the modes above and to the left of it. */
  static final int MODE_PROBABILITIES = 9;

  /** Kinds of block x bands of frequency x what the coefficient before was. */
  static final int CONTEXTS = 4 * 8 * 3;

  static final int[] MODES;
  static final int[] UPDATES;
  static final int[] TOKENS;
  static final int[] DC;
  static final int[] AC;

  static {
    try (InputStream in = Vp8Tables.class.getResourceAsStream("vp8.txt");
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, US_ASCII))) {
      int[] all =
          lines
              .lines()
              .filter(line -> !line.startsWith("#"))
              .flatMap(line -> java.util.Arrays.stream(line.split(" ")))
              .mapToInt(Integer::parseInt)
              .toArray();
      Cutter cutter = new Cutter(all);
      MODES = cutter.next(10 * 10 * MODE_PROBABILITIES);
      UPDATES = cutter.next(CONTEXTS * TOKEN_PROBABILITIES);
      TOKENS = cutter.next(CONTEXTS * TOKEN_PROBABILITIES);
      DC = cutter.next(128);
      AC = cutter.next(128);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Vp8Tables() {}

  private static final class Cutter {
    private final int[] all;
    private int at;

    Cutter(int[] all) {
      this.all = all;
    }

    int[] next(int count) {
      at += count;
      return java.util.Arrays.copyOfRange(all, at - count, at);
    }
  }
}
