package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ChildJvm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComputeTest {
  /** Prints what a fresh JVM computes with. */
  static final class Printed {
    public static void main(String[] args) {
      System.out.println("here: " + BackendProbe.here().compute());
    }
  }

  private static String in(Map<String, String> environment) throws Exception {
    List<String> lines = ChildJvm.run(environment, path -> true, Printed.class.getName());
    return lines.stream().filter(line -> line.startsWith("here: ")).findFirst().orElseThrow();
  }

  @Test
  void kernelsOfTheUsersChoiceAreSeen() throws Exception {
    String haswell = in(Map.of("OPENBLAS_CORETYPE", "Haswell", "OMP_NUM_THREADS", "2"));
    assertThat(haswell).contains("OpenMP threads 2, BLAS kernels haswell");
    assertThat(in(Map.of("OPENBLAS_CORETYPE", "Sandybridge"))).contains("BLAS kernels sandybridge");
    assertThat(in(Map.of("OPENBLAS_L2_SIZE", "256"))).contains("OPENBLAS_L2_SIZE 256");
  }

  @Test
  void withoutAChoiceTheKernelsAreThoseOfTheBinary() throws Exception {
    String none = in(Map.of("OPENBLAS_CORETYPE", ""));
    Map<String, String> kernels =
        Map.of("avx512", "skylakex", "avx2", "haswell", "generic", "nehalem");
    String isa = none.replaceFirst(".*ISA (\\w+),.*", "$1");
    assertThat(none).contains("BLAS kernels " + kernels.get(isa) + ",");
  }
}
