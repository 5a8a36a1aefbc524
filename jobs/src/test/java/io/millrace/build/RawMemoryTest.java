package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Nobody reaches the memory of arrays but by HostAccess, which asks, tags and holds them. */
class RawMemoryTest {
  /** They make up the one way. */
  private static final Set<String> THE_WAY =
      Set.of("io.millrace.backend.HostAccess", "io.millrace.backend.HostCopies");

  /** Own native memory, or what libraries want; addresses of arrays come by HostAccess. */
  private static final Set<String> OWN_MEMORY =
      Set.of(
          "io.millrace.backend.BlasKernels",
          "io.millrace.image.NativeJpegDecoder",
          "io.millrace.model.layers.BlockedWeights",
          "io.millrace.model.layers.OneDnnBatchNorm",
          "io.millrace.model.layers.OneDnnCall",
          "io.millrace.model.layers.Scratchpad");

  private static final Set<String> AFFINITY =
      Set.of("io.millrace.backend.HostCopies", "io.millrace.backend.Devices");

  /** What the rule is there to find. */
  static final class Breaches {
    long address(INDArray array) {
      return array.data().address();
    }

    float first(INDArray array) {
      return array.data().asNioFloat().get(0);
    }

    Pointer pointer(INDArray array) {
      return array.data().addressPointer();
    }
  }

  @Test
  void theProductReachesTheMemoryOfArraysInOnePlace() {
    assertThat(breaches(Product.CLASSES)).isEmpty();
  }

  @Test
  void aBreachIsFound() {
    assertThat(breaches(new ClassFileImporter().importClasses(Breaches.class)))
        .anyMatch(each -> each.contains("address()"))
        .anyMatch(each -> each.contains("asNioFloat()"))
        .anyMatch(each -> each.contains("addressPointer()"))
        .anyMatch(each -> each.contains("org.bytedeco.javacpp.Pointer"));
  }

  private static Set<String> breaches(JavaClasses classes) {
    Set<String> breaches = new TreeSet<>();
    for (JavaClass each : classes) {
      String name = Product.outer(each);
      for (JavaMethodCall call : each.getMethodCallsFromSelf()) {
        if (!THE_WAY.contains(name) && reachesMemory(call)) {
          breaches.add(call.getDescription());
        }
      }
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        boolean pointer = target.startsWith("org.bytedeco.javacpp.");
        boolean affinity = target.endsWith(".AffinityManager");
        if (pointer && !THE_WAY.contains(name) && !OWN_MEMORY.contains(name)
            || affinity && !AFFINITY.contains(name)) {
          breaches.add(dependency.getDescription());
        }
      }
    }
    return breaches;
  }

  private static boolean reachesMemory(JavaMethodCall call) {
    String owner = call.getTargetOwner().getName();
    return owner.matches("org\\.nd4j\\.(linalg\\..*Buffer|nativeblas\\.OpaqueDataBuffer)")
        && call.getName().matches("address|.*[pP]ointer|asNio.*|primaryBuffer|opaqueBuffer");
  }
}
