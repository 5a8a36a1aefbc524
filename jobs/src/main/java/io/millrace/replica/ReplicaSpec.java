package io.millrace.replica;

import io.millrace.backend.Compute;
import io.millrace.exchange.BatchStatistics;
import io.millrace.exchange.Cargo;
import io.millrace.exchange.Exchange;
import io.millrace.model.ClassOutput;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.layers.NativePass;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.UpdateRule;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
 * @param parameters layout of its flat parameters
 * @param state layout of the optimiser state
 * @param statistics its batch norms, but for frozen ones
 * @param cargo what travels
 * @param rule makes the updates; null for the net's own updater
 * @param settings settings of the trainer
 */
public record ReplicaSpec(
    String run,
    boolean graph,
    String configuration,
    ParameterLayout parameters,
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
    ParameterLayout parameters = net.layout();
    UpdateRule rule = recipe == null ? null : recipe.rule(parameters);
    ParameterLayout state = stateLayout(net, rule);
    return new ReplicaSpec(
        run,
        net.model() instanceof ComputationGraph,
        net.configuration(),
        parameters,
        state,
        moving(net.statistics(), parameters, rule),
        Cargo.of(settings.averaging(), parameters.length(), state.length()),
        rule,
        settings);
  }

  /** Those batch norms whose statistics follow the training: not those that a group freezes. */
  private static List<BatchStatistics> moving(
      List<BatchStatistics> norms, ParameterLayout layout, UpdateRule rule) {
    if (rule == null) {
      return norms;
    }
    Set<Long> frozen =
        layout.slots().stream()
            .filter(slot -> rule.groups().of(slot).frozen())
            .map(ParameterSlot::offset)
            .collect(Collectors.toSet());
    return norms.stream().filter(norm -> !frozen.contains(norm.mean())).toList();
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

  /** Builds a network for a replica; its weights are still to be set. */
  TrainableNet build() {
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

  /** Where the optimiser state of each parameter lies: a recipe's in whole vectors, [s * P]. */
  static ParameterLayout stateLayout(TrainableNet net, UpdateRule rule) {
    if (rule == null) {
      return net.stateLayout();
    }
    ParameterLayout parameters = net.layout();
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
