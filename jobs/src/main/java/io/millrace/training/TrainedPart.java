package io.millrace.training;

import io.millrace.model.Subvector;
import io.millrace.replica.ReplicaSpec;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import io.millrace.state.RunState;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What is trained of a network, in vectors of its own, within vectors of the whole: what is saved
 * is whole, whatever a stage trains. Where all is trained, nothing is copied.
 */
final class TrainedPart {
  private final ReplicaSpec spec;
  private final Subvector moving;
  private byte[][] frozen;

  TrainedPart(ReplicaSpec spec) {
    this.spec = spec;
    this.moving = spec.moving();
  }

  /** The stretches of a network's weights that are trained. */
  List<INDArray> of(INDArray weights) {
    return views(weights, moving);
  }

  private static List<INDArray> views(INDArray weights, Subvector part) {
    return part.isWhole()
        ? List.of(weights)
        : part.stretches().stream()
            .map(
                each ->
                    weights
                        .reshape(weights.length())
                        .get(NDArrayIndex.interval(each.whole(), each.whole() + each.length())))
            .toList();
  }

  /**
   * Takes what is not trained from a network's weights.
   *
   * @return it, where there is some and it is not what was taken before
   */
  Optional<byte[][]> hold(INDArray weights) {
    if (moving.isWhole()) {
      return Optional.empty();
    }
    FlatArrays rest = new FlatArrays(views(weights, spec.still()));
    if (frozen != null && rest.sameAs(frozen)) {
      return Optional.empty();
    }
    frozen = rest.slices();
    return Optional.of(frozen);
  }

  /** Trained weights with all others at their places. */
  WeightVector whole(WeightVector trained) {
    if (moving.isWhole()) {
      return trained;
    }
    Subvector still = spec.still();
    WeightVector rest =
        still.put(
            new WeightVector(frozen, 0, still.part().length()),
            WeightVector.zeros(still.whole().length()),
            1);
    return moving.put(trained, rest, 1);
  }

  /** The optimiser's state of what is trained, and 0 at all other places. */
  WeightVector wholeState(WeightVector own) {
    return moving.isWhole()
        ? own
        : moving.put(own, WeightVector.zeros(wholeStateLength()), stateVectors());
  }

  /**
   * What is remembered besides: vectors of means of weights have what is frozen in them, all others
   * 0 there.
   *
   * @param weights all weights
   */
  Map<String, Memory> whole(List<Remembered> remembered, WeightVector weights) {
    Map<String, Memory> memories = new HashMap<>();
    remembered.forEach(each -> memories.put(each.name(), each.save()));
    if (moving.isWhole() || memories.isEmpty()) {
      return memories;
    }
    WideVector zeros = WideVector.zeros(moving.whole().length());
    WideVector all = WideVector.of(weights);
    for (Remembered each : remembered) {
      WideVector rest = each.followsWeights() ? all : zeros;
      memories.computeIfPresent(
          each.name(), (name, memory) -> memory.mapped(vector -> moving.put(vector, rest)));
    }
    return memories;
  }

  /**
   * Refuses the state of another network.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  void fit(RunState run) {
    fit("parameters", run.parameters().length(), moving.whole().length());
    fit("elements of optimiser state", run.state().length(), wholeStateLength());
  }

  /** What is trained, of the optimiser's state of the whole. */
  WeightVector ofState(WeightVector all) {
    return moving.isWhole()
        ? all
        : new WeightVector(moving.take(all, stateVectors()), 0, spec.state().length());
  }

  /** Gives one that remembers its memory, of what is trained. */
  void restore(Remembered each, RunState run) {
    run.restore(each, all -> moving.isWhole() ? all : moving.take(all));
  }

  private int stateVectors() {
    return spec.rule() == null ? 1 : spec.rule().optimizer().stateVectors();
  }

  private long wholeStateLength() {
    return moving.isWhole() ? spec.state().length() : stateVectors() * moving.whole().length();
  }

  private static void fit(String what, long given, long needed) {
    if (given != needed) {
      throw new IllegalArgumentException(
          "Cannot resume: the checkpoint has %d %s (must be %d)".formatted(given, what, needed));
    }
  }
}
