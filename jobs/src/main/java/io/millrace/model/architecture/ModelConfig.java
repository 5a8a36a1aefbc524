package io.millrace.model.architecture;

import io.millrace.settings.Key;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The network. */
public record ModelConfig(
    @Key(doc = "The network.", value = "cifar-resnet", inline = true) Architecture architecture,
    @Key(
            doc =
                "Layers of the head in front of its output, in order; all of them are head to a stage. Of networks in code.",
            value = "[]")
        List<HeadLayer> head) {
  /** Refuses layers where there is no place for them. */
  public ModelConfig {
    head = List.copyOf(head);
    if (!head.isEmpty() && architecture.foreignKey().isPresent()) {
      throw new IllegalArgumentException(
          "Invalid head: %s (must be [] for %s, whose layers are its own)"
              .formatted(words(head), architecture.words()));
    }
  }

  /** One that ends as its architecture does. */
  public ModelConfig(Architecture architecture) {
    this(architecture, List.of());
  }

  /** The vertices in front of the output that belong to the head. */
  public Set<String> headVertices() {
    return IntStream.range(0, head.size())
        .mapToObj(i -> vertex(i, head.get(i)))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The vertex of a layer of the head, counted from 0. */
  static String vertex(int place, HeadLayer layer) {
    return "head_%d_%s".formatted(place + 1, layer.words().replaceAll(" .*", ""));
  }

  /** The network in words. */
  public String words() {
    return head.isEmpty()
        ? architecture.words()
        : architecture.words() + ", head of " + words(head);
  }

  private static String words(List<HeadLayer> head) {
    return head.stream().map(HeadLayer::words).collect(Collectors.joining(", "));
  }
}
