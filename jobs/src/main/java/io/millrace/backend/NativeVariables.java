package io.millrace.backend;

import java.util.Map;
import org.bytedeco.systems.global.linux;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Variables of this process that native libraries look at when they are loaded, and what of the
 * machine else decides how they cut their work. Java can only read the environment.
 */
final class NativeVariables {
  private static final Logger LOG = LoggerFactory.getLogger(NativeVariables.class);

  private NativeVariables() {}

  /** Sets what the user has not set. Too late for a library that is loaded already. */
  static void setMissing(Map<String, String> variables) {
    try {
      variables.forEach(
          (name, value) -> {
            if (System.getenv().getOrDefault(name, "").isBlank()) {
              linux.setenv(name, value, 1);
            }
          });
    } catch (LinkageError e) {
      LOG.warn("Cannot set {}: {}", variables.keySet(), e.toString());
    }
  }

  /** Sets one whatever the user has set. */
  static void set(String name, String value) {
    try {
      linux.setenv(name, value, 1);
    } catch (LinkageError e) {
      LOG.warn("Cannot set {}: {}", name, e.toString());
    }
  }

  /**
   * Sizes of the data caches of this CPU in KB, from the first level on, by which oneDNN and
   * OpenBLAS cut matrices into blocks; the user can give OpenBLAS another second one.
   */
  static String caches() {
    try {
      String sizes =
          "%d+%d+%d"
              .formatted(
                  linux.sysconf(linux._SC_LEVEL1_DCACHE_SIZE) >> 10,
                  linux.sysconf(linux._SC_LEVEL2_CACHE_SIZE) >> 10,
                  linux.sysconf(linux._SC_LEVEL3_CACHE_SIZE) >> 10);
      String given = System.getenv("OPENBLAS_L2_SIZE");
      return given == null ? sizes : sizes + " (OPENBLAS_L2_SIZE " + given + ")";
    } catch (LinkageError e) {
      LOG.warn("Cannot ask for the sizes of caches: {}", e.toString());
      return "unknown";
    }
  }
}
