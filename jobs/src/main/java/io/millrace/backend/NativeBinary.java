package io.millrace.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ND4J binaries with oneDNN in them, from the highest instruction set down. JavaCPP picks one
 * by a system property that has to be set before ND4J loads, in every JVM.
 */
public enum NativeBinary {
  AVX512("-onednn-avx512", Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl")),
  AVX2("-onednn-avx2", Set.of("avx2", "fma")),
  GENERIC("-onednn", Set.of());

  /** Setting of Spark by which a config pins the highest binary that any JVM may take. */
  public static final String PIN = "spark.millrace.nativeBinary";

  static final String PROPERTY = "org.bytedeco.javacpp.platform.extension";
  private static final String CUDA = "-cudnn";
  private static final Logger LOG = LoggerFactory.getLogger(NativeBinary.class);

  private final String extension;
  private final Set<String> flags;

  NativeBinary(String extension, Set<String> flags) {
    this.extension = extension;
    this.flags = flags;
  }

  /** JavaCPP's name for it, such as {@code -onednn-avx512}. */
  public String extension() {
    return extension;
  }

  /** The highest binary that a CPU with these flags of {@code /proc/cpuinfo} can run. */
  static NativeBinary forFlags(Set<String> cpu) {
    for (NativeBinary binary : values()) {
      if (cpu.containsAll(binary.flags)) {
        return binary;
      }
    }
    return GENERIC;
  }

  /**
   * Chooses the binary for this CPU, unless the user or an earlier call has chosen one.
   *
   * @return the extension that JavaCPP will use
   */
  public static String select() {
    return select(AVX512);
  }

  /** The same, but none above {@code pin}. */
  static String select(NativeBinary pin) {
    String chosen = System.getProperty(PROPERTY);
    if (chosen == null) {
      chosen = hasCuda() ? CUDA : ofThisCpu().atMost(pin).extension;
      System.setProperty(PROPERTY, chosen);
      setVariables(chosen);
      LOG.debug("Native binary {}", chosen);
    }
    return chosen;
  }

  /** By which the libraries of the binary keep to it; on every JVM, and before they are loaded. */
  private static void setVariables(String chosen) {
    for (NativeBinary binary : values()) {
      if (binary.extension.equals(chosen)) {
        NativeVariables.setMissing(binary.environment());
      }
    }
  }

  /** What to tell a user whose ND4J cannot load the chosen binary. */
  public static String cannotLoad() {
    String needs = ": it needs a GPU, CUDA 11.6 and cuDNN 8, on the driver too";
    return "Cannot load ND4J's binary %s here%s".formatted(select(), hasCuda() ? needs : "");
  }

  /** The highest that this CPU can run. */
  static NativeBinary ofThisCpu() {
    return forFlags(cpuFlags());
  }

  /** The lower of the two. */
  NativeBinary atMost(NativeBinary pin) {
    return ordinal() < pin.ordinal() ? pin : this;
  }

  /**
   * The variables by which oneDNN and OpenBLAS, which look at the CPU themselves, keep to this
   * instruction set.
   */
  Map<String, String> environment() {
    return switch (this) {
      case AVX512 -> Map.of("DNNL_MAX_CPU_ISA", "AVX512_CORE", "OPENBLAS_CORETYPE", "SkylakeX");
      case AVX2 -> Map.of("DNNL_MAX_CPU_ISA", "AVX2", "OPENBLAS_CORETYPE", "Haswell");
      case GENERIC -> Map.of("DNNL_MAX_CPU_ISA", "SSE41", "OPENBLAS_CORETYPE", "Nehalem");
    };
  }

  /** Whether this is the jar for GPUs. */
  static boolean hasCuda() {
    return NativeBinary.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") != null;
  }

  private static Set<String> cpuFlags() {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
      return lines.stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(
              line ->
                  Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+"))))
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }
}
