package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.source.RowIterator;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

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
            "Invalid the class names of the source: [x, x] (must be distinct, x is there twice)");
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
