package io.millrace.model.init;

import io.millrace.settings.OneOf;
import java.util.random.RandomGenerator;

/**
 * How one parameter of a network starts: a record whose components are its keys in a config. Runs
 * on the driver.
 */
@OneOf({
  Kaiming.class,
  KaimingNormal.class,
  KaimingUniform.class,
  XavierNormal.class,
  XavierUniform.class,
  Orthogonal.class,
  Normal.class,
  TruncatedNormal.class,
  Uniform.class,
  Constant.class,
  Configured.class,
  Pretrained.class
})
public interface Initializer {
  /**
   * Starts a parameter.
   *
   * @param values its elements in the order of memory, as the network's configuration starts them
   * @param shape what connects to what by them
   * @param random numbers of this parameter alone
   */
  void fill(float[] values, WeightShape shape, RandomGenerator random);

  /**
   * Whether it can start a parameter of this shape. By default that is one with fans: most
   * initialisers want to know how many inputs and outputs meet.
   */
  default boolean takes(WeightShape shape) {
    return shape.hasFans();
  }

  /**
   * Whether biases start at 0 and batch norms at gamma 1 and beta 0 beside it, where no rule says
   * something else; if not, as the network's configuration says.
   */
  default boolean resetsBiases() {
    return true;
  }
}
