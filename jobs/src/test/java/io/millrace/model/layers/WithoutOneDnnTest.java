package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ChildJvm;
import io.millrace.backend.NativeBinary;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class WithoutOneDnnTest {
  /** Trains a residual net beside its stock twin and prints that they agree. */
  public static final class TrainTwins {
    public static void main(String[] args) {
      NativeBinary.select();
      var net =
          new CifarResNet(8, 16, Shortcut.PROJECTION, false)
              .configuration(new NetworkPurpose(new ImageShape(8, 8, 1), 3, new Sgd(0.01), 1));
      new Twins(net)
          .agree(
              Nd4j.rand(new long[] {4, 1, 8, 8}),
              Nd4j.create(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}}));
      System.out.println("oneDNN " + OneDnn.isAvailable() + ", twins agree");
    }
  }

  @Test
  void itsLibraryMissingOneLineWarnsAndNd4jsOpsTrainTheSame() throws Exception {
    List<String> lines =
        ChildJvm.run(
            path -> !path.matches(".*/dnnl-[^/]*-linux-x86_64\\.jar"), TrainTwins.class.getName());
    assertThat(lines).last().isEqualTo("oneDNN false, twins agree");
    assertThat(lines.stream().filter(line -> line.contains("WARN")))
        .singleElement()
        .asString()
        .contains("WARN OneDnn: Convolutions run on ND4J's ops, slower: oneDNN cannot be loaded: ");
  }
}
