package io.millrace.plan;

import io.millrace.model.Children;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of the four classic cases a fine-tune is, and what is usually done in it: few or many
 * examples, similar or not. It decides nothing.
 *
 * <p>Few and similar: the head alone. Few and different: the upper half, at a tenth of the rate.
 * Many and similar: all, at a tenth of the rate. Many and different: from scratch. Andrej Karpathy:
 * CS231n, Transfer Learning, starts from pretrained weights in the last case, too; Kaiming He, Ross
 * Girshick, Piotr Dollar: Rethinking ImageNet Pre-training (2018, arXiv 1811.08883) find no harm in
 * scratch with enough data and time.
 *
 * @param similarity of the set to the model's
 * @param median images a class in train
 * @param all images in train
 * @param upper the first layer of the upper half of the network, as a rule of stages names it
 */
public record Advice(Similarity similarity, double median, long all, String upper) {
  /** Below either of these a set has few examples; ours. */
  static final int FEW_OF_CLASS = 100;

  static final int FEW_IN_ALL = 5000;

  /**
   * The advice for a set.
   *
   * @param rowsByClass images of each class in train
   * @param children of the network
   */
  public static Advice of(
      Similarity similarity, List<Long> rowsByClass, Children children, ParameterLayout layout) {
    List<Long> sorted = rowsByClass.stream().filter(rows -> rows > 0).sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2.0;
    long all = sorted.stream().mapToLong(Long::longValue).sum();
    return new Advice(similarity, median, all, upper(children, layout));
  }

  /** Stem and the first half of the stages stay; of another network the first half of all. */
  private static String upper(Children children, ParameterLayout layout) {
    Set<String> weighted =
        layout.slots().stream().map(ParameterSlot::vertex).collect(Collectors.toSet());
    List<String> body = new ArrayList<>();
    children
        .vertices()
        .forEach(
            (name, vertices) -> {
              if (vertices.stream().anyMatch(weighted::contains)
                  && vertices.stream().noneMatch(children.head()::contains)) {
                body.add(name);
              }
            });
    List<String> stages = body.stream().filter(name -> name.matches("stage\\d+")).toList();
    List<String> of = stages.isEmpty() ? body : stages;
    return of.isEmpty() ? "head" : of.get(of.size() / 2) + "..";
  }

  boolean isFew() {
    return median < FEW_OF_CLASS || all < FEW_IN_ALL;
  }

  private String todo() {
    if (isFew()) {
      return similarity.isSimilar()
          ? "the head alone, on kept features: stages: [{name: head, epochs: ..., train: head,"
              + " featureCache: true}]"
          : "the upper half at a tenth of the rate, lower layers slower: stages: [{name: upper,"
              + " epochs: ..., train: %s, layerDecay: 0.75}]".formatted(upper);
    }
    return similarity.isSimilar()
        ? "all from the pretrained weights, at a tenth of the rate: stages: [{name: all, epochs:"
            + " ...}]"
        : "all from scratch: init: {}; where time is short, from the pretrained weights all the"
            + " same";
  }

  /** In lines of the plan. */
  public List<String> lines() {
    return List.of(
        "%-14s %s and %s: usual is to train %s"
            .formatted(
                "advice",
                isFew() ? "few" : "many",
                similarity.isSimilar() ? "similar" : "different",
                todo()),
        "%-14s %s".formatted("", similarity.words()),
        String.format(
            Locale.ROOT,
            "%-14s %,.1f images a class (median; few below %d), %,d in all (few below %,d)",
            "",
            median,
            FEW_OF_CLASS,
            all,
            FEW_IN_ALL));
  }
}
