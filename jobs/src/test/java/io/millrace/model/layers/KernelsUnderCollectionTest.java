package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ChildJvm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelsUnderCollectionTest {
  /**
   * Compiled from the first call on, since the interpreter keeps arguments to the end of a method;
   * freed arrays are given back to the system at once, as in executors.
   */
  @Test
  void noArrayIsFreedUnderNativeCode() throws Exception {
    List<String> lines =
        ChildJvm.run(
            Map.of("MALLOC_MMAP_THRESHOLD_", "1048576", "OMP_NUM_THREADS", "1"),
            path -> true,
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Xcomp",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=compileonly,io.millrace.*::*",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            KernelsUnderCollection.class.getName(),
            "10");
    assertThat(lines).last().isEqualTo("all kernels ran");
  }
}
