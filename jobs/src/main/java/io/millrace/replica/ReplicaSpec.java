package io.millrace.replica;

import io.millrace.backend.Compute;
import io.millrace.exchange.BatchStatistics;
import io.millrace.exchange.Cargo;
import io.millrace.exchange.Exchange;
import io.millrace.model.ClassOutput;
import io.millrace.model.LinearGraph;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.Subvector;
import io.millrace.model.layers.CutNetwork;
import io.millrace.model.layers.FrozenParts;
import io.millrace.model.layers.NativePass;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.UpdateRule;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * All that a task needs to build its replica; the same for every round of a run.
 *
 * @param run name of the run, unique in the cluster
 * @param graph whether the configuration is that of a graph, else of a stack of layers
 * @param configuration the canonical network as JSON
 * @param moving what of its flat parameters is trained, and travels
 * @param state layout of the optimiser state, of what is trained
 * @param statistics its batch norms, but for frozen ones, at their places among what is trained
 * @param cargo what travels
 * @param rule makes the updates; null for the net's own updater
 * @param settings settings of the trainer
 */
public record ReplicaSpec(
    String run,
    boolean graph,
    String configuration,
    Subvector moving,
    ParameterLayout state,
    List<BatchStatistics> statistics,
    Cargo cargo,
    UpdateRule rule,
    TrainerConfig settings)
    implements NetworkSpec<ReplicaNetwork>, Serializable {

  /**
   * The spec of a network under training.
   *
   * @param run name of the run, unique in the cluster
   * @param recipe makes the updates; null for the net's own updater
   * @throws IllegalArgumentException for an objective that does not go with the network's output
   */
  public static ReplicaSpec of(
      String run, TrainableNet net, Recipe recipe, TrainerConfig settings) {
    settings.objective().check(net.output());
    if ((settings.objective().distillation() == null) != (settings.teacher() == null)) {
      throw new IllegalArgumentException(
          "Cannot train: distillation and a teacher go together, one of them is missing");
    }
    ParameterLayout whole = net.layout();
    UpdateRule rule = recipe == null ? null : recipe.rule(whole);
    Subvector moving = Subvector.of(whole, slot -> rule == null || rule.groups().moves(slot));
    ParameterLayout state = rule == null ? net.stateLayout() : stateLayout(moving.part(), rule);
    return new ReplicaSpec(
        run,
        net.model() instanceof ComputationGraph,
        net.configuration(),
        moving,
        state,
        moving(net.statistics(), moving),
        Cargo.of(settings.averaging(), moving.part().length(), state.length()),
        rule,
        settings);
  }

  /** Those batch norms whose statistics follow the training: not those that are frozen. */
  private static List<BatchStatistics> moving(List<BatchStatistics> norms, Subvector moving) {
    Map<Long, String> keys = new HashMap<>();
    moving.whole().slots().forEach(slot -> keys.put(slot.offset(), slot.key()));
    Map<String, Long> places = new HashMap<>();
    moving.part().slots().forEach(slot -> places.put(slot.key(), slot.offset()));
    return norms.stream()
        .filter(norm -> places.containsKey(keys.get(norm.mean())))
        .map(norm -> norm.at(places.get(keys.get(norm.mean()))))
        .toList();
  }

  /** What is trained, at its places among what travels. */
  public ParameterLayout parameters() {
    return moving.part();
  }

  /** What is not trained, which an executor gets once. */
  public Subvector still() {
    return Subvector.of(moving.whole(), slot -> rule != null && !rule.groups().moves(slot));
  }

  @Override
  public String key() {
    return run;
  }

  @Override
  public ReplicaNetwork network() {
    return new ReplicaNetwork(this);
  }

  /** Those of other runs are let go once the JVM holds more than it has cores. */
  @Override
  public int idleOthers() {
    return Runtime.getRuntime().availableProcessors() - 1;
  }

  @Override
  public boolean aloneOnDevice() {
    return true;
  }

  /**
   * A network for a replica; its weights are still to be set.
   *
   * @param net what is trained
   * @param trunk what only computes forward, below it; null where all is trained, and where it is
   *     fed with what a trunk has given
   */
  record Parts(TrainableNet net, Trunk trunk) {}

  /** Builds a network for a replica. */
  Parts build() {
    if (!moving.isWhole()) {
      Optional<ComputationGraphConfiguration> whole = asGraph();
      if (whole.isPresent()) {
        return cut(whole.get());
      }
    }
    return new Parts(whole(), null);
  }

  private Parts cut(ComputationGraphConfiguration conf) {
    settings.objective().train(ClassOutput.of(conf));
    CutNetwork cut =
        NativePass.cut(
            conf,
            settings.fastPath(),
            settings.precision(),
            FrozenParts.of(moving.whole(), rule.groups()::moves));
    return new Parts(
        new TrainableNet(cut.top().network()),
        cut.trunk()
            .filter(trunk -> settings.features() == null)
            .map(trunk -> new Trunk(trunk, cut.between()))
            .orElse(null));
  }

  /**
   * The network as a graph; none for a stack with frozen layers of DL4J above others, whose
   * backward pass ends there.
   */
  private Optional<ComputationGraphConfiguration> asGraph() {
    if (graph) {
      return Optional.of(ComputationGraphConfiguration.fromJson(configuration));
    }
    MultiLayerConfiguration stack = MultiLayerConfiguration.fromJson(configuration);
    return NativePass.endsWithin(stack) ? Optional.empty() : Optional.of(LinearGraph.of(stack));
  }

  private TrainableNet whole() {
    if (graph) {
      ComputationGraphConfiguration conf = ComputationGraphConfiguration.fromJson(configuration);
      settings.objective().train(ClassOutput.of(conf));
      return new TrainableNet(
          NativePass.network(conf, settings.fastPath(), settings.precision()).network());
    }
    MultiLayerConfiguration conf = MultiLayerConfiguration.fromJson(configuration);
    settings.objective().train(ClassOutput.of(conf));
    return NativePass.network(conf, settings.fastPath(), settings.precision())
        .map(net -> new TrainableNet(net.network()))
        .orElseGet(() -> stack(conf));
  }

  private static TrainableNet stack(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return new TrainableNet(net);
  }

  /** What decides the bits of a replica in this JVM. */
  public Compute compute() {
    Compute here = Compute.here();
    return NativePass.isNative(settings.fastPath(), settings.precision()) ? here.inBf16() : here;
  }

  /** What workers send up. */
  public Exchange exchange() {
    return settings.averaging().exchange();
  }

  /** Where a recipe's optimiser state of each parameter lies: in whole vectors, [s * P]. */
  static ParameterLayout stateLayout(ParameterLayout parameters, UpdateRule rule) {
    List<ParameterSlot> slots = new ArrayList<>();
    for (int vector = 0; vector < rule.optimizer().stateVectors(); vector++) {
      for (ParameterSlot slot : parameters.slots()) {
        slots.add(
            new ParameterSlot(
                slot.vertex(),
                slot.name() + "#" + vector,
                vector * parameters.length() + slot.offset(),
                slot.length(),
                slot.kind()));
      }
    }
    return new ParameterLayout(slots);
  }
}
