package io.millrace.backend;

import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.systems.global.linux;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of OpenBLAS's kernels serve this process. OpenBLAS chooses them by the CPU's model when it
 * is loaded, unless a variable says which, and each rounds otherwise. The library's variable {@code
 * gotoblas} points at the table of the chosen ones, {@code gotoblas_HASWELL} and the like.
 */
final class BlasKernels {
  private static final Logger LOG = LoggerFactory.getLogger(BlasKernels.class);
  private static final String LIBRARY = "libopenblas.so.0";

  /** {@code RTLD_LAZY | RTLD_NOLOAD} of Linux. */
  private static final int ALREADY_LOADED = 1 | 4;

  private static final List<String> NAMES =
      List.of(
          "SKYLAKEX",
          "COOPERLAKE",
          "SAPPHIRERAPIDS",
          "HASWELL",
          "ZEN",
          "SANDYBRIDGE",
          "NEHALEM",
          "EXCAVATOR",
          "STEAMROLLER",
          "PILEDRIVER",
          "BULLDOZER",
          "BARCELONA",
          "CORE2",
          "PRESCOTT");

  private BlasKernels() {}

  /** Their name, such as {@code haswell}; {@code unknown} where the library does not tell. */
  static String name() {
    try {
      Loader.load(org.bytedeco.openblas.presets.openblas.class);
      Pointer library = linux.dlopen(LIBRARY, ALREADY_LOADED);
      Pointer chosen = library == null ? null : linux.dlsym(library, "gotoblas");
      if (chosen == null) {
        return "unknown";
      }
      long table = new LongPointer(chosen).get(0);
      return NAMES.stream()
          .filter(name -> table == address(linux.dlsym(library, "gotoblas_" + name)))
          .findFirst()
          .map(name -> name.toLowerCase(Locale.ROOT))
          .orElse("unknown");
    } catch (LinkageError e) {
      LOG.debug("Cannot ask OpenBLAS for its kernels", e);
      return "unknown";
    }
  }

  private static long address(Pointer symbol) {
    return symbol == null ? -1 : symbol.address();
  }
}
