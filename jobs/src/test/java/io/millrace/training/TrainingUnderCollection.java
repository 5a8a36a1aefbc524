package io.millrace.training;

import io.millrace.ConstantCollection;
import io.millrace.backend.NativeBinary;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Trains a replica twice, the second time while garbage is collected all the time, and looks
 * whether the weights are the same bytes. Arguments: workspace mode and updates.
 */
public final class TrainingUnderCollection {
  private static final int BATCH = 32;
  private static final int SIDE = 24;
  private static final int CLASSES = 10;

  private TrainingUnderCollection() {}

  public static void main(String[] args) throws Exception {
    NativeBinary.select();
    WorkspaceMode mode = WorkspaceMode.valueOf(args[1]);
    int updates = Integer.parseInt(args[2]);
    ComputationGraphConfiguration configuration =
        new CifarResNet(8, 8, Shortcut.PROJECTION, true)
            .configuration(
                new NetworkPurpose(new ImageShape(SIDE, SIDE, 3), CLASSES, new Sgd(0.1), 1));
    configuration.setTrainingWorkspaceMode(mode);
    ComputationGraph canonical = new ComputationGraph(configuration);
    canonical.init();
    Recipe recipe = new Recipe(update -> 0.01, new Nesterov(0.9), new WeightDecay(1e-4, false));
    ReplicaSpec spec =
        ReplicaSpec.of(
            "collected", new TrainableNet(canonical), recipe, new TrainerConfig(1, BATCH));
    byte[][] master = WeightCodec.allocate(spec.cargo().elements());
    byte[][] parameters = new FlatArrays(List.of(canonical.params())).slices();
    System.arraycopy(parameters[0], 0, master[0], 0, parameters[0].length);
    ReplicaNetwork replica = new ReplicaNetwork(spec);
    byte[][] expected = train(replica, master, new Pace(recipe).order(0, 0, updates, 0));
    byte[][] found;
    try (AutoCloseable collection = ConstantCollection.of(args[0])) {
      found = train(replica, master, new Pace(recipe).order(0, 0, updates, 0));
    }
    System.out.println(
        "training with workspaces %s: weights moved %s, bytes equal %s"
            .formatted(
                mode, !Arrays.deepEquals(expected, master), Arrays.deepEquals(expected, found)));
  }

  private static byte[][] train(ReplicaNetwork replica, byte[][] master, RoundOrder order) {
    replica.load(master, order);
    for (int update = 0; update < order.moments().size(); update++) {
      replica.fit(minibatch(update), order, update, update);
    }
    return replica.store();
  }

  private static DataSet minibatch(int update) {
    Random random = new Random(update);
    float[] pixels = new float[BATCH * SIDE * SIDE * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    INDArray images = Nd4j.create(pixels, new long[] {BATCH, SIDE, SIDE, 3}).permute(0, 3, 1, 2);
    INDArray labels = Nd4j.zeros(BATCH, CLASSES);
    for (int row = 0; row < BATCH; row++) {
      labels.putScalar(row, (row + update) % CLASSES, 1);
    }
    return new DataSet(images, labels);
  }
}
