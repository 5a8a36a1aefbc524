import java.io.File;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A program without Millrace's classes: opens a model, predicts, and trains one batch. */
public class OpenWithDl4jAlone {
  public static void main(String[] args) throws Exception {
    try {
      Class.forName("io.millrace.formats.ModelZip");
      throw new IllegalStateException("Millrace is on the classpath");
    } catch (ClassNotFoundException expected) {
      // As it should be.
    }
    ComputationGraph net = ModelSerializer.restoreComputationGraph(new File(args[0]), true);
    INDArray images = Nd4j.linspace(DataType.FLOAT, -1, 0.015625, 2 * 64).reshape(2, 1, 8, 8);
    INDArray labels = Nd4j.create(new float[][] {{1, 0, 0}, {0, 0, 1}});
    System.out.println("probabilities=" + Arrays.toString(net.outputSingle(images).data().asFloat()));
    System.out.println("state=" + Arrays.toString(net.getUpdater().getStateViewArray().dup().data().asFloat()));
    System.out.println("counts=" + net.getIterationCount() + "," + net.getEpochCount());
    net.fit(new DataSet(images, labels));
    System.out.println("fitted=" + net.getIterationCount() + "," + Double.isFinite(net.score()));
  }
}
