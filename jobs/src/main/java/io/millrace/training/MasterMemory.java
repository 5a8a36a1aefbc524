package io.millrace.training;

import io.millrace.recipe.Recipe;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.state.Memory;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a network under training remembers: weights, optimiser state and whatever else its recipe
 * keeps, between the network, the master and a checkpoint. Vectors of a checkpoint are those of the
 * whole network, whatever of it is trained.
 */
final class MasterMemory {
  private final TrainableNet net;
  private final ReplicaSpec spec;
  private final Master master;
  private final TrainedPart part;

  /** The optimiser's, where it is a network's array; null where it is none or the master's. */
  private final INDArray state;

  MasterMemory(TrainableNet net, ReplicaSpec spec, Master master, TrainedPart part, Recipe recipe) {
    this.net = net;
    this.spec = spec;
    this.master = master;
    this.part = part;
    this.state = recipe == null ? net.updaterState() : zeros(spec);
  }

  private static INDArray zeros(ReplicaSpec spec) {
    long length = spec.state().length();
    return length == 0 || spec.exchange().updatesOnDriver()
        ? null
        : Nd4j.zeros(DataType.FLOAT, length);
  }

  /**
   * Takes over what a recipe remembers of the same network, whose configuration has changed since;
   * a network's own updater remembers by itself.
   *
   * @return whether nothing was forgotten
   */
  boolean takeOver(MasterMemory before) {
    if (net.model() != before.net.model() || spec.rule() == null) {
      return true;
    }
    if (spec.state().difference(before.spec.state()).isPresent()) {
      return false;
    }
    if (state != null) {
      state.assign(before.state);
    } else {
      master.startState(before.stateVector());
    }
    Map<String, Memory> memories = before.memories();
    master.remembered().forEach(each -> each.restore(memories.get(each.name())));
    return true;
  }

  /** The weights after the last round; not copied where all of them are trained. */
  WeightVector parameters() {
    return part.whole(new WeightVector(master.vector(), 0, spec.parameters().length()));
  }

  /**
   * All of it after the last round; the weights are not copied where all are trained, and stay as
   * they are. The tally of rounds is kept by who counts them.
   */
  RunState save(Position position) {
    WeightVector weights = parameters();
    return new RunState(
        weights,
        part.wholeState(stateVector()),
        position,
        Tally.NOTHING,
        part.whole(master.remembered(), weights));
  }

  /**
   * Goes on from all that was remembered.
   *
   * @param begins whether a stage begins, in which somebody may have nothing to go on from
   */
  void restore(RunState run, boolean begins) {
    part.fit(run);
    master.remembered().stream()
        .filter(each -> !begins || run.memory(each.name()).isPresent())
        .forEach(each -> part.restore(each, run));
    run.parameters().copyTo(net.weights());
    WeightVector optimiser = part.ofState(run.state());
    master.startState(optimiser);
    if (state != null) {
      optimiser.copyTo(state);
    }
    net.count(run.update(), run.epoch());
  }

  /**
   * Gives the network's weights to the master: those of the last epoch, unless somebody set them.
   */
  void begin() {
    byte[][] last = master.vector();
    master.start(last != null && travelling().sameAs(last) ? last : travelling().slices());
  }

  /** Gives the master's weights, which have come to this update, to the network. */
  void copyBack(long update) {
    travelling().set(master.vector());
    if (state != null && !spec.cargo().stateTravels()) {
      state.assign(0);
    }
    net.count(update, net.epoch());
  }

  private Map<String, Memory> memories() {
    Map<String, Memory> memories = new HashMap<>();
    master.remembered().forEach(each -> memories.put(each.name(), each.save()));
    return memories;
  }

  private WeightVector stateVector() {
    long length = spec.state().length();
    if (spec.cargo().stateTravels()) {
      return new WeightVector(master.vector(), spec.parameters().length(), length);
    }
    byte[][] own = master.state();
    return own == null ? WeightVector.zeros(length) : new WeightVector(own, 0, length);
  }

  private FlatArrays travelling() {
    List<INDArray> arrays = new ArrayList<>(part.of(net.weights()));
    if (state != null && spec.cargo().stateTravels()) {
      arrays.add(state);
    }
    return new FlatArrays(arrays);
  }
}
