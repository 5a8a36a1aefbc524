package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.source.RowIterator;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassOrderTest {
  private record Labels(boolean integerLabels, List<String> classNames) implements Source {
    @Override
    public List<Slice> slices() {
      return List.of();
    }

    @Override
    public RowIterator read(Slice slice) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void namesAreSortedByCodePointNotByUtf16() {
    String emoji = new String(Character.toChars(0x1F600));
    String wide = "\uFF21";
    var order =
        ClassOrder.resolve(
            List.of(), new Labels(false, List.of()), names("b", emoji, "a", wide, "B"));
    assertThat(order.names()).containsExactly("B", "a", "b", wide, emoji);
    assertThat(order.index(emoji)).isEqualTo(4);
    assertThat(order.index("c")).isEqualTo(-1);
    assertThat(order.problem("c")).isEqualTo("label c (must be one of the 5 classes)");
  }

  @Test
  void theConfigListBeatsTheSourcesOwnAndThatTheLabelsFound() {
    var source = new Labels(true, List.of("x", "y"));
    assertThat(ClassOrder.resolve(List.of("u", "v", "w"), source, integers(1)).names())
        .containsExactly("u", "v", "w");
    assertThat(ClassOrder.resolve(List.of(), source, integers(5)).names())
        .containsExactly("x", "y");
    assertThat(ClassOrder.resolve(List.of(), new Labels(true, List.of()), integers(2)).names())
        .containsExactly("0", "1", "2");
  }

  @Test
  void anOrderThatGrowsAppendsWhatTheSourceHasMore() {
    assertThat(grown(List.of("b", "a"), new Labels(false, List.of()), names("d", "a", "c")))
        .containsExactly("b", "a", "c", "d");
    assertThat(grown(List.of("1", "0"), new Labels(true, List.of()), integers(3)))
        .containsExactly("1", "0", "2", "3");
    var source = new Labels(true, List.of("x", "y", "z"));
    assertThat(grown(List.of("y", "w"), source, integers(2))).containsExactly("y", "w", "x", "z");
    var order = ClassOrder.resolve(List.of("y", "w"), true, source, integers(2));
    assertThat(List.of(order.index("0"), order.index("1"), order.index("2")))
        .containsExactly(2, 0, 3);
  }

  private static List<String> grown(List<String> given, Labels source, SourceTally found) {
    return ClassOrder.resolve(given, true, source, found).names();
  }

  @Test
  void anotherOrderOfTheSourcesOwnNamesChangesNoClass() {
    var source = new Labels(true, List.of("dog", "cat"));
    var order = ClassOrder.resolve(List.of("cat", "bird", "dog"), source, integers(1));
    assertThat(List.of(order.index("0"), order.index("1"), order.index("2")))
        .containsExactly(2, 0, -1);
    assertThat(order.problem("2")).isEqualTo("label 2 (must be 0 to 1)");
    assertThatThrownBy(() -> ClassOrder.resolve(List.of("cat", "bird"), source, integers(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid source.classes: [cat, bird] (must have all class names of the source, dog too,"
                + " or none to rename them in order)");
  }

  @Test
  void numbersThatAreListedAsClassesAreTheirNames() {
    var source = new Labels(true, List.of());
    var order = ClassOrder.resolve(List.of("70000", "3", "400"), source, integers(70_000));
    assertThat(List.of(order.index("3"), order.index("400"), order.index("70000")))
        .containsExactly(1, 2, 0);
    assertThat(order.index("0")).isEqualTo(-1);
    assertThat(order.problem("0")).isEqualTo("label 0 (must be one of the 3 classes)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "18446744073709551615", "-1", "", "x"})
  void whatIsNoNumberOfAClassIsNone(String label) {
    assertThat(new ClassOrder(List.of("x", "y"), true).index(label)).isEqualTo(-1);
  }

  @Test
  void integersOutOfRangeAreNoClass() {
    var order = new ClassOrder(List.of("x", "y"), true);
    assertThat(
            List.of(
                order.index("0"),
                order.index("1"),
                order.index("2"),
                order.index("-1"),
                order.index("4294967296")))
        .containsExactly(0, 1, -1, -1, -1);
    assertThat(order.problem("2")).isEqualTo("label 2 (must be 0 to 1)");
  }

  @Test
  void labelsThatCannotBeClassesAreRefused() {
    assertThatThrownBy(
            () -> ClassOrder.resolve(List.of(), new Labels(true, List.of()), integers(4_000_000)))
        .hasMessage(
            "Cannot prepare: the labels give 4000001 classes (at most 100000; is source.label the"
                + " right column?)");
    assertThatThrownBy(
            () -> ClassOrder.resolve(List.of(), new Labels(true, List.of("x", "x")), integers(1)))
        .hasMessage(
            "Cannot prepare: the source has the class name x twice (name its classes in"
                + " source.classes)");
    assertThatThrownBy(
            () -> ClassOrder.resolve(List.of(), new Labels(true, List.of()), integers(70_000)))
        .hasMessage(
            "Cannot prepare: the labels up to 70000 give 70001 classes for 1 rows (list the labels"
                + " that are classes in source.classes, such as [3, 70000]; is source.label the"
                + " right column?)");
  }

  private static SourceTally names(String... labels) {
    var tally = new SourceTally(false);
    for (String label : labels) {
      tally.add(row(label));
    }
    return tally;
  }

  private static SourceTally integers(int max) {
    return new SourceTally(true).add(row(Integer.toString(max)));
  }

  private static Checked row(String label) {
    return new Checked(0, 0, "a", 0, null, label, null, null, null);
  }
}
