package io.millrace.checkpoint;

import io.millrace.checkpoint.CheckpointManifest.Entry;
import io.millrace.store.Content;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.fs.ChecksumException;

/**
 * The files of a checkpoint, each with the sum that the manifest has of it: what is written is read
 * back, and what is read is what was written.
 *
 * @param run the run's folder
 * @param folder the checkpoint's path there
 */
record CheckpointFiles(RunFolder run, String folder) {
  /** Reads the content of a file. */
  interface Reader<T> {
    T read(InputStream in, long bytes) throws IOException;
  }

  /** Path of a file in the run's folder. */
  String at(String file) {
    return folder + "/" + file;
  }

  /**
   * Writes a file and reads it back: only what a reader will find is named in the manifest.
   *
   * @param file its name, or the next like it that is free, such as {@code parameters.2.f32}
   * @param taken names that files have
   */
  Entry write(String file, Set<String> taken, Content content) throws IOException {
    String name = free(file, taken);
    MessageDigest digest = DigestUtils.getSha256Digest();
    run.write(at(name), out -> content.writeTo(new DigestOutputStream(out, digest)));
    String written = HexFormat.of().formatHex(digest.digest());
    try (InputStream in = run.open(at(name))) {
      if (!DigestUtils.sha256Hex(in).equals(written)) {
        throw unlike(name);
      }
    }
    return new Entry(name, run.size(at(name)), written);
  }

  /** Writes a text in the place of that file, and reads it back. */
  void write(String file, String text) throws IOException {
    run.write(at(file), text);
    if (!run.text(at(file)).equals(Optional.of(text))) {
      throw unlike(file);
    }
  }

  private static String free(String file, Set<String> taken) {
    String name = file;
    for (int i = 2; taken.contains(name); i++) {
      name = file.replaceFirst("\\.", "." + i + ".");
    }
    return name;
  }

  private IOException unlike(String file) {
    return new IOException(
        "Cannot write %s: what is read back is not what was written".formatted(run.path(at(file))));
  }

  /**
   * Reads a file.
   *
   * @throws DamagedCheckpointException if it is not what the manifest says
   */
  <T> T read(Entry entry, Reader<T> reader) throws IOException {
    String file = entry.name();
    long size = run.size(at(file));
    if (size != entry.bytes()) {
      throw new DamagedCheckpointException(
          size < 0
              ? file + " is missing"
              : "%s has %d bytes (must be %d)".formatted(file, size, entry.bytes()));
    }
    try (DigestInputStream in =
        new DigestInputStream(run.open(at(file)), DigestUtils.getSha256Digest())) {
      T content = reader.read(in, size);
      if (!HexFormat.of().formatHex(in.getMessageDigest().digest()).equals(entry.sha256())) {
        throw new DamagedCheckpointException(file + " is damaged: its SHA-256 does not match");
      }
      return content;
    } catch (FileNotFoundException | EOFException | ChecksumException e) {
      throw new DamagedCheckpointException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  static WideVector doubles(InputStream in, long bytes) throws IOException {
    if (bytes % Double.BYTES != 0) {
      throw new WrongInputException("a size in the manifest is not that of a vector of doubles");
    }
    return WideVector.read(bytes / Double.BYTES, in);
  }

  static WeightVector floats(InputStream in, long bytes) throws IOException {
    if (bytes % Float.BYTES != 0) {
      throw new WrongInputException("a size in the manifest is not that of a vector of floats");
    }
    return WeightVector.read(bytes / Float.BYTES, ByteOrder.LITTLE_ENDIAN, in);
  }

  static Content of(WeightVector values) {
    return out -> values.write(ByteOrder.LITTLE_ENDIAN, out);
  }

  static byte[] bytes(InputStream in, long bytes) throws IOException {
    return in.readAllBytes();
  }

  static String text(InputStream in, long bytes) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  static Content of(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
