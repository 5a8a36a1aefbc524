package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rooms import only rooms of lines above their own: data flows one way, and no circle closes. */
class LayersTest {
  private static final String ROOT = "io.millrace.";

  /** From the ground up; rooms of one line do not know each other. */
  private static final List<Set<String>> LAYERS =
      List.of(
          Set.of("settings", "random"),
          Set.of("image"),
          Set.of("minibatch", "backend", "store"),
          Set.of("wire"),
          Set.of("dataset"),
          Set.of("model"),
          Set.of("model.layers", "recipe"),
          Set.of("config"),
          Set.of("source"),
          Set.of("epoch", "prepare"),
          Set.of("training"),
          Set.of("checkpoint"),
          Set.of("evaluate"),
          Set.of("metrics"),
          Set.of("plan", "report"),
          Set.of("run"),
          Set.of("cli"));

  /** Beyond Spark's public API; a room of its own is to take them in. */
  private static final Set<String> SPARK_INSIDE =
      Set.of(
          "io.millrace.prepare.PreparePasses",
          "io.millrace.training.ForeignRounds",
          "io.millrace.training.Location",
          "io.millrace.training.SliceBlocks");

  @Test
  void everyRoomHasItsLayer() {
    Set<String> rooms = new TreeSet<>();
    product().forEach(each -> rooms.add(room(each)));
    Set<String> layered = new TreeSet<>();
    LAYERS.forEach(layered::addAll);
    assertThat(layered).isEqualTo(rooms);
  }

  @Test
  void roomsImportOnlyDownwards() {
    Set<String> upwards = new TreeSet<>();
    for (Dependency each : dependencies()) {
      String from = room(each.getOriginClass());
      String to = room(each.getTargetClass());
      if (!from.equals(to) && layer(to) >= layer(from)) {
        upwards.add("%s -> %s: %s".formatted(from, to, each.getDescription()));
      }
    }
    assertThat(upwards).isEmpty();
  }

  @Test
  void onlyKnownClassesReachIntoSpark() {
    Set<String> inside = new TreeSet<>();
    Set<String> pure = new TreeSet<>();
    for (JavaClass each : product().toList()) {
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        if (target.matches("org\\.apache\\.spark\\.(storage|network|util)\\..*")
            && !target.equals("org.apache.spark.util.LongAccumulator")) { // this one is public
          inside.add(Product.outer(each));
        }
        if (target.startsWith("org.apache.spark.")
            && Set.of("recipe", "model", "model.layers").contains(room(each))) {
          pure.add(each.getName());
        }
      }
    }
    assertThat(inside).isEqualTo(new TreeSet<>(SPARK_INSIDE));
    assertThat(pure).isEmpty();
  }

  private static Stream<JavaClass> product() {
    return Product.CLASSES.stream().filter(each -> each.getPackageName().startsWith(ROOT));
  }

  private static List<Dependency> dependencies() {
    List<Dependency> all = new ArrayList<>();
    product()
        .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
        .filter(
            each -> each.getTargetClass().getBaseComponentType().getPackageName().startsWith(ROOT))
        .forEach(all::add);
    return all;
  }

  private static String room(JavaClass each) {
    return each.getBaseComponentType().getPackageName().substring(ROOT.length());
  }

  private static int layer(String room) {
    for (int i = 0; i < LAYERS.size(); i++) {
      if (LAYERS.get(i).contains(room)) {
        return i;
      }
    }
    return -1;
  }
}
