package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * JVMs may round the transcendental functions of Math as they like, within an ulp or two; those of
 * StrictMath are the same everywhere, and so are weights that depend on them.
 */
class SameBitsTest {
  /** What the rule is there to find. */
  static final class Breach {
    double cosine(double angle) {
      return Math.cos(angle);
    }
  }

  @Test
  void outsideOfReportsNothingIsRoundedAsAJvmLikes() {
    assertThat(breaches(Product.CLASSES)).isEmpty();
  }

  @Test
  void aBreachIsFound() {
    assertThat(breaches(new ClassFileImporter().importClasses(Breach.class)))
        .singleElement()
        .asString()
        .contains("Math.cos(double)");
  }

  private static Set<String> breaches(JavaClasses classes) {
    Set<String> breaches = new TreeSet<>();
    for (JavaClass each : classes) {
      for (JavaMethodCall call : each.getMethodCallsFromSelf()) {
        if (call.getTargetOwner().isEquivalentTo(Math.class)
            && call.getName()
                .matches("a?(sin|cos|tan)h?|atan2|exp|expm1|log|log10|log1p|pow|cbrt|hypot")
            && !each.getPackageName().equals("io.millrace.report")) {
          breaches.add(call.getDescription());
        }
      }
    }
    return breaches;
  }
}
