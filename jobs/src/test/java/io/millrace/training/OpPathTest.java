package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.backend.HostAccess;
import io.millrace.backend.PretendedDevice;
import io.millrace.backend.PretendedDevice.Event;
import io.millrace.backend.RecordedBuffers;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.RoundOrder;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.ReplicaNetwork;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The path that a GPU takes, on a device that is pretended. */
class OpPathTest {
  private static final int BATCH = 4;
  private static final int SIDE = 8;
  private static final int CLASSES = 3;
  private static final int UPDATES = 3;
  private static final Recipe RECIPE =
      new Recipe(update -> 0.05, new Nesterov(0.9), new WeightDecay(1e-4, false));
  private static final RoundOrder ORDER = new Pace(RECIPE).order(0, 0, UPDATES, 0);

  private final ComputationGraph canonical =
      new ComputationGraph(
          new CifarResNet(8, 4, Shortcut.PROJECTION, true)
              .configuration(
                  new NetworkPurpose(new ImageShape(SIDE, SIDE, 3), CLASSES, new Sgd(0.1), 1)));
  private final ReplicaSpec spec;
  private final byte[][] master;

  OpPathTest() {
    canonical.init();
    spec =
        ReplicaSpec.of(
            "ops",
            new TrainableNet(canonical),
            RECIPE,
            new TrainerConfig(1, BATCH).fastPath(FastPath.OPS));
    master = WeightCodec.allocate(spec.cargo().elements());
    byte[][] parameters = new FlatArrays(List.of(canonical.params())).slices();
    System.arraycopy(parameters[0], 0, master[0], 0, parameters[0].length);
  }

  /** Memory of a minibatch, written as PreparedMinibatch writes it. */
  private static DataSet minibatch(int update) {
    INDArray images = Nd4j.createUninitialized(DataType.FLOAT, BATCH, SIDE, SIDE, 3);
    INDArray labels = Nd4j.createUninitialized(DataType.FLOAT, BATCH, CLASSES);
    Random random = new Random(update);
    try (HostAccess pixels = HostAccess.writing(images);
        HostAccess targets = HostAccess.writing(labels)) {
      for (int i = 0; i < pixels.length(); i++) {
        pixels.floats().put(i, random.nextFloat());
      }
      for (int i = 0; i < targets.length(); i++) {
        targets.floats().put(i, i % CLASSES == (i / CLASSES + update) % CLASSES ? 1 : 0);
      }
    }
    return new DataSet(images.permute(0, 3, 1, 2), labels);
  }

  private byte[][] train() {
    ReplicaNetwork replica = new ReplicaNetwork(spec);
    replica.load(master, ORDER);
    for (int update = 0; update < UPDATES; update++) {
      replica.fit(minibatch(update), ORDER, update, update + 1);
    }
    byte[][] trained = replica.store();
    replica.close();
    return trained;
  }

  @Test
  void whatIsWrittenIsTaggedAndWhatIsReadIsAskedFor() {
    byte[][] expected = train();
    try (PretendedDevice device = new PretendedDevice()) {
      assertThat(train()).isDeepEqualTo(expected);
    }
    assertThat(expected).isNotEqualTo(master);
  }

  /** What is written, up to four values at a time, are arguments of ops, such as a rate. */
  @Test
  void betweenAveragingsTheHostSeesTheMinibatchAndTheLoss() throws Exception {
    long weights = canonical.numParams();
    List<List<Event>> accesses = new ArrayList<>();
    List<List<String>> touches = new ArrayList<>();
    try (PretendedDevice device = new PretendedDevice();
        RecordedBuffers buffers = new RecordedBuffers()) {
      ReplicaNetwork replica = new ReplicaNetwork(spec);
      buffers.touches();
      replica.load(master, ORDER);
      accesses.add(device.events());
      touches.add(buffers.touches());
      for (int update = 0; update < UPDATES; update++) {
        replica.fit(minibatch(update), ORDER, update, update + 1);
        accesses.add(device.events());
        touches.add(buffers.touches());
      }
      replica.store();
      accesses.add(device.events());
      replica.close();
    }
    assertThat(accesses.get(0))
        .containsExactly(
            new Event("ask", weights),
            new Event("tag", weights),
            new Event("ask", weights),
            new Event("tag", weights));
    assertThat(touches.get(0)).isEmpty();
    for (int update = 1; update <= UPDATES; update++) {
      assertThat(touches.get(update))
          .filteredOn(touch -> touch.startsWith("read"))
          .containsExactly("read of 1 by BaseOutputLayer.computeScore");
      assertThat(touches.get(update))
          .filteredOn(touch -> !touch.matches("(read|write) of [1-4] by .*"))
          .isEmpty();
      assertThat(accesses.get(update))
          .containsExactly(
              new Event("ask", BATCH * SIDE * SIDE * 3),
              new Event("ask", BATCH * CLASSES),
              new Event("tag", BATCH * CLASSES),
              new Event("tag", BATCH * SIDE * SIDE * 3));
    }
    assertThat(accesses.get(UPDATES + 1))
        .containsExactly(new Event("ask", weights), new Event("ask", weights));
  }
}
