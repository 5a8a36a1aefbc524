package io.millrace.model.architecture;

import io.millrace.model.WeightNames;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * {@link ResNet} of depth 50, form B, by the name that most people know it by.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Deep Residual Learning for Image
 * Recognition (2015, arXiv 1512.03385). Differs from the paper: the stride of a block stands in its
 * 3x3 convolution, as in torchvision ("v1.5").
 */
@Named(value = "resnet50", doc = "The same as resnet of depth 50 and form b.")
public record ResNet50(
    @Key(doc = Architecture.ZERO_GAMMA, value = "true") boolean zeroGamma,
    @Key(doc = HiddenActivation.DOC, value = "relu") HiddenActivation activation)
    implements OwnArchitecture {
  /** With ReLU. */
  public ResNet50(boolean zeroGamma) {
    this(zeroGamma, HiddenActivation.RELU);
  }

  @Override
  public String words() {
    return activation.after("resnet50", HiddenActivation.RELU);
  }

  @Override
  public ComputationGraphConfiguration configuration(NetworkPurpose purpose) {
    return same().configuration(purpose);
  }

  @Override
  public Optional<UnaryOperator<String>> layerNames(WeightNames library) {
    return same().layerNames(library);
  }

  private ResNet same() {
    return new ResNet(50, ResNet.Form.B, 64, zeroGamma, activation);
  }
}
