package io.millrace.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rooms import only rooms of lines above their own: data flows one way, and no circle closes. */
class LayersTest {
  private static final String ROOT = "io.millrace.";

  private static final Path README = Path.of("README.md");
  private static final String START = "<!-- rooms -->\n";
  private static final String END = "<!-- /rooms -->";

  /** From the ground up; rooms of one line do not know each other. */
  private static final List<Set<String>> LAYERS =
      List.of(
          Set.of("settings", "random"),
          Set.of("image"),
          Set.of("minibatch", "backend", "store"),
          Set.of("wire"),
          Set.of("cluster", "dataset", "state"),
          Set.of("line", "model", "precision"),
          Set.of("model.architecture", "model.init", "model.layers", "recipe"),
          Set.of("source", "formats", "exchange", "diagnostics", "onnx"),
          Set.of("epoch"),
          Set.of("replica"),
          Set.of("prepare", "foreign", "features"),
          Set.of("training", "evaluate"),
          Set.of("checkpoint", "metrics"),
          Set.of("sink", "simulation"),
          Set.of("config"),
          Set.of("plan", "report", "verify"),
          Set.of("run"),
          Set.of("compare", "preview", "lrfind", "nightly", "predict", "export", "series"),
          Set.of("cli"));

  /** Developer API that Spark documents: what users are to name. */
  private static final Set<String> SPARK_DOCUMENTED =
      Set.of(
          "org.apache.spark.storage.StorageLevel",
          "org.apache.spark.util.LongAccumulator",
          "org.apache.spark.util.TaskCompletionListener");

  /** Rooms that know nothing of Spark. */
  private static final Set<String> PURE =
      Set.of(
          "recipe",
          "state",
          "model",
          "model.architecture",
          "model.init",
          "model.layers",
          "formats",
          "onnx");

  @Test
  void everyRoomHasItsLayer() {
    Set<String> rooms = new TreeSet<>();
    product().forEach(each -> rooms.add(room(each)));
    Set<String> layered = new TreeSet<>();
    LAYERS.forEach(layered::addAll);
    assertThat(layered).isEqualTo(rooms);
  }

  /** The table of rooms in jobs/README.md, from the first sentence of each room's package-info. */
  @Test
  void theReadmeHasTheTableOfRooms() throws IOException {
    StringBuilder table =
        new StringBuilder("| line | module | room | what is in it |\n|---:|---|---|---|\n");
    for (int i = 0; i < LAYERS.size(); i++) {
      for (String room : new TreeSet<>(LAYERS.get(i))) {
        String file =
            "src/main/java/io/millrace/%s/package-info.java".formatted(room.replace('.', '/'));
        String module = Files.exists(Path.of("..", "jobs", file)) ? "jobs" : "transforms";
        String sentence = firstSentence(Path.of("..", module, file));
        table.append("| %d | %s | `%s` | %s |\n".formatted(i + 1, module, room, sentence));
      }
    }
    String readme = Files.readString(README);
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    if (Boolean.getBoolean("rewrite")) {
      readme = readme.substring(0, start) + table + readme.substring(end);
      Files.writeString(README, readme);
      end = readme.indexOf(END);
    }
    assertThat(readme.substring(start, end))
        .as(
            "jobs/README.md; rewrite it by: mvn -q -pl jobs -am test -Dtest=LayersTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drewrite=true")
        .isEqualTo(table.toString());
  }

  private static String firstSentence(Path packageInfo) throws IOException {
    return Files.readString(packageInfo)
        .replaceAll("\\n \\* ?", " ")
        .replaceAll("\\{@code ([^}]*)}", "`$1`")
        .replaceAll("\\{@link [\\w.]*?(\\w+)}", "`$1`")
        .replaceAll("(?s)^/\\*\\* +(.*?\\.)\\s.*", "$1");
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
  void oneRoomReachesIntoSparkAndSomeDoNotKnowIt() {
    Set<String> inside = new TreeSet<>();
    Set<String> pure = new TreeSet<>();
    for (JavaClass each : product().toList()) {
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getName();
        if (target.matches("org\\.apache\\.spark\\.(storage|network|util)\\..*")
            && !SPARK_DOCUMENTED.contains(target)) {
          inside.add(room(each));
        }
        if (target.startsWith("org.apache.spark.") && PURE.contains(room(each))) {
          pure.add(each.getName());
        }
      }
    }
    assertThat(inside).containsExactly("cluster");
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
