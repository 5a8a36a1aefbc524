package io.millrace.model.init;

import io.millrace.backend.HostAccess;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterPattern;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.model.ResidualBlocks;
import io.millrace.random.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How each parameter of a network starts, a pure function of the seed and the parameter's name: by
 * the first rule that takes it, else weights by the initialiser for the rest, biases at 0, batch
 * norms at gamma 1 and beta 0. Frozen parameters start as others do; statistics, centres and
 * weights that the initialiser cannot start stay as DL4J starts them. Lives on the driver.
 *
 * @param config what the config says
 * @param starts the parameters in order
 */
public record InitialWeights(InitConfig config, List<Start> starts) {
  /**
   * How one parameter starts.
   *
   * @param rule index of the rule that took it, -1 for none
   * @param how null where no initialiser has a say
   */
  record Start(ParameterSlot slot, WeightShape shape, int rule, Initializer how) {}

  /**
   * The starts of an initialised network.
   *
   * @throws IllegalArgumentException for a rule that takes no parameter, or one that its
   *     initialiser cannot start
   */
  public static InitialWeights of(InitConfig config, ComputationGraph net) {
    ParameterLayout layout = ParameterLayout.of(net);
    List<ParameterPattern> patterns = config.rules().stream().map(InitRule::pattern).toList();
    Map<String, Integer> taken =
        ParameterPattern.assign("init.rules", patterns, layout, InitRule::mayTake);
    List<Start> starts = new ArrayList<>();
    for (ParameterSlot slot : layout.slots()) {
      WeightShape shape = shape(net.getVertex(slot.vertex()), slot);
      int rule = taken.getOrDefault(slot.key(), -1);
      starts.add(new Start(slot, shape, rule, how(config, slot, shape, rule)));
    }
    return new InitialWeights(config, List.copyOf(starts));
  }

  private static Initializer how(
      InitConfig config, ParameterSlot slot, WeightShape shape, int rule) {
    if (rule < 0) {
      boolean starts = shape.hasFans() && config.kind().takes(shape);
      return starts ? config.kind() : null;
    }
    Initializer kind = config.rules().get(rule).kind();
    if (!kind.takes(shape)) {
      throw new IllegalArgumentException(
          "Invalid init.rules[%d]: cannot start %s, of which no fans are known (must be an initialiser without fans, such as constant or normal)"
              .formatted(rule, slot.key()));
    }
    return kind;
  }

  /** A layer that wraps another, such as a frozen one, gives that one's configuration here. */
  private static WeightShape shape(GraphVertex vertex, ParameterSlot slot) {
    INDArray view = view(vertex, slot);
    return slot.kind() == Kind.WEIGHT && vertex.hasLayer()
        ? WeightShape.of(vertex.getLayer().conf().getLayer(), slot.name(), view)
        : WeightShape.none(view.length());
  }

  private static INDArray view(GraphVertex vertex, ParameterSlot slot) {
    return vertex.paramTable(false).get(slot.name());
  }

  /**
   * Starts the network that this was made for, in place.
   *
   * @param zeroGamma whether the last batch norm of each residual block starts at gamma 0, where no
   *     rule takes it
   */
  public void set(ComputationGraph net, long seed, boolean zeroGamma) {
    List<String> last =
        zeroGamma ? ResidualBlocks.lastBatchNorms(net.getConfiguration()) : List.of();
    for (Start start : starts) {
      ParameterSlot slot = start.slot();
      INDArray view = view(net.getVertex(slot.vertex()), slot);
      if (start.how() != null) {
        fill(view, start, new Random(Keys.of(seed, slot.key())));
      } else if (slot.kind() == Kind.GAMMA && last.contains(slot.vertex())) {
        view.assign(0);
      } else if (config.kind().resetsBiases()) {
        reset(view, slot.kind());
      }
    }
  }

  private static void reset(INDArray view, Kind kind) {
    switch (kind) {
      case BIAS, BETA -> view.assign(0);
      case GAMMA -> view.assign(1);
      case WEIGHT, MEAN, VARIANCE, CENTER -> {}
    }
  }

  private static void fill(INDArray view, Start start, Random random) {
    float[] values = new float[Math.toIntExact(view.length())];
    try (HostAccess memory = HostAccess.writing(view)) {
      memory.floats().get(values);
      start.how().fill(values, start.shape(), random);
      requireFinite(values, start);
      memory.floats().put(values);
    }
  }

  private static void requireFinite(float[] values, Start start) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "Invalid init.%s: %s starts at %s (must be finite)"
                .formatted(
                    start.rule() < 0 ? "kind" : "rules[%d]".formatted(start.rule()),
                    start.slot().key(),
                    value));
      }
    }
  }

  /** How many parameters a rule takes; -1 for the initialiser of the rest. */
  public long count(int rule) {
    return starts.stream().filter(start -> start.how() != null && start.rule() == rule).count();
  }

  /** The weights that stay as the network's configuration starts them. */
  public List<String> asConfigured() {
    return starts.stream()
        .filter(start -> start.slot().kind() == Kind.WEIGHT && start.how() == null)
        .map(start -> start.slot().key())
        .toList();
  }
}
