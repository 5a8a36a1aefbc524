import java.io.File;
import java.io.PrintWriter;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Writes two small trained networks with the DL4J on the classpath, and what they answer. Run once
 * for each release from 1.0.0-beta to 1.0.0-M2.1, each in a JVM of its own, with
 * org.deeplearning4j:deeplearning4j-nn and org.nd4j:nd4j-native (with the classifier linux-x86_64)
 * of that release: java -cp ... WriteZips RELEASE FOLDER
 */
public class WriteZips {
  public static void main(String[] args) throws Exception {
    String end = "-" + args[0];
    Nd4j.getRandom().setSeed(7);
    INDArray images = Nd4j.rand(new int[] {6, 2, 8, 8}, 11);
    INDArray labels = Nd4j.zeros(6, 3);
    for (int i = 0; i < 6; i++) {
      labels.putScalar(new int[] {i, i % 3}, 1);
    }
    ComputationGraph graph = new ComputationGraph(graph());
    graph.init();
    MultiLayerNetwork stack = new MultiLayerNetwork(stack());
    stack.init();
    for (int i = 0; i < 5; i++) {
      graph.fit(new org.nd4j.linalg.dataset.DataSet(images, labels));
      stack.fit(new org.nd4j.linalg.dataset.DataSet(images, labels));
    }
    ModelSerializer.writeModel(graph, new File(args[1], "graph" + end + ".zip"), true);
    ModelSerializer.writeModel(stack, new File(args[1], "stack" + end + ".zip"), true);
    try (PrintWriter out = new PrintWriter(new File(args[1], "answers" + end + ".json"))) {
      out.println("{\"images\": " + list(images) + ",");
      out.println(" \"graph\": " + list(graph.outputSingle(images)) + ",");
      out.println(" \"stack\": " + list(stack.output(images)) + "}");
    }
  }

  private static String list(INDArray array) {
    INDArray row = array.dup('c');
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < row.length(); i++) {
      text.append(i == 0 ? "" : ", ").append(row.data().getFloat(i));
    }
    return text.append("]").toString();
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Nesterovs(0.05, 0.9))
        .weightInit(WeightInit.RELU)
        .graphBuilder()
        .addInputs("in")
        .addLayer("conv", new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4).hasBias(false).activation(Activation.IDENTITY).build(), "in")
        .addLayer("bn", new BatchNormalization.Builder().build(), "conv")
        .addLayer("relu", new ActivationLayer(Activation.RELU), "bn")
        .addLayer("conv2", new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4).activation(Activation.TANH).build(), "relu")
        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "conv2", "relu")
        .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "add")
        .addLayer("out", new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build(), "pool")
        .setOutputs("out")
        .setInputTypes(InputType.convolutional(8, 8, 2))
        .build();
  }

  private static MultiLayerConfiguration stack() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Adam(0.01))
        .weightInit(WeightInit.XAVIER)
        .l2(1e-4)
        .list()
        .layer(0, new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build())
        .layer(1, new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build())
        .layer(2, new BatchNormalization.Builder().build())
        .layer(3, new DropoutLayer.Builder(0.8).build())
        .layer(4, new DenseLayer.Builder().nOut(5).activation(Activation.LEAKYRELU).build())
        .layer(5, new OutputLayer.Builder(LossFunctions.LossFunction.NEGATIVELOGLIKELIHOOD).nOut(3).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutional(8, 8, 2))
        .build();
  }
}
