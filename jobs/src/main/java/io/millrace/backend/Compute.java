package io.millrace.backend;

import java.io.Serializable;
import java.util.Locale;

/**
 * What decides the last bit of a result in one JVM; workers of one run must agree in it. It is read
 * from what was loaded, not from what was asked for.
 *
 * @param binary JavaCPP's extension of the native binary, such as {@code -onednn-avx512}
 * @param isa the instruction set that oneDNN and OpenBLAS may use, such as {@code avx512}
 * @param threads OpenMP threads of a replica
 * @param blas the kernels of OpenBLAS, such as {@code haswell}
 * @param caches sizes of the data caches in KB, by which matrices are cut into blocks
 */
public record Compute(String binary, String isa, String threads, String blas, String caches)
    implements Serializable {
  private static final long serialVersionUID = 1;

  private static Compute here;

  /**
   * That of this JVM, found once.
   *
   * @throws IllegalStateException for a GPU that the binaries hold no code for
   */
  public static synchronized Compute here() {
    if (here == null) {
      here = look();
    }
    return here;
  }

  private static Compute look() {
    if (NativeBinary.hasCuda()) {
      Gpus.check();
    }
    String binary = NativeBinary.select();
    String most = System.getenv("DNNL_MAX_CPU_ISA");
    NativeBinary isa = NativeBinary.ofThisCpu();
    for (NativeBinary pin : NativeBinary.values()) {
      if (pin.environment().get("DNNL_MAX_CPU_ISA").equals(most)) {
        isa = isa.atMost(pin);
      }
    }
    return new Compute(
        binary,
        isa.name().toLowerCase(Locale.ROOT),
        System.getenv()
            .getOrDefault(
                "OMP_NUM_THREADS", Integer.toString(Runtime.getRuntime().availableProcessors())),
        BlasKernels.name(),
        NativeVariables.caches());
  }

  /** The same where oneDNN computes in bf16. */
  public Compute inBf16() {
    return new Compute(binary, isa + "_bf16", threads, blas, caches);
  }

  @Override
  public String toString() {
    return "binary %s, ISA %s, OpenMP threads %s, BLAS kernels %s, caches %s KB"
        .formatted(binary, isa, threads, blas, caches);
  }
}
