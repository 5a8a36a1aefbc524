package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;

/** Rules by which some parameters start otherwise than the rest. */
class InitRulesTest extends StartedNets {
  @Test
  void theFirstRuleThatMatchesStartsAParameterAndTheRestStartsByKind() {
    ComputationGraph net = residual();
    InitialWeights weights =
        start(
            net,
            SEED,
            true,
            new Constant(3),
            rule("stage1*", new Constant(1)),
            new InitRule(null, "0..-2", new Constant(2)));
    assertThat(values(net, "stage1_block1_conv1", "W")).containsOnly(1f);
    assertThat(values(net, "stem", "W")).containsOnly(2f);
    assertThat(values(net, "output", "W")).containsOnly(3f);
    assertThat(values(net, "output", "b")).containsOnly(0f);
    assertThat(weights.count(0)).isEqualTo(2);
    assertThat(weights.count(-1)).isEqualTo(1);
    assertThat(weights.asConfigured()).isEmpty();
  }

  @Test
  void aRuleTakesBiasesAndBatchNormsWhereItNamesThem() {
    ComputationGraph net = residual();
    start(
        net,
        SEED,
        true,
        new Kaiming(),
        rule("output.b", new Constant(-4.6)),
        rule("stage3*.gamma", new Constant(0.5)),
        rule("stage2*", new Normal(0, 1)));
    assertThat(values(net, "output", "b")).containsOnly(-4.6f);
    assertThat(values(net, "stage3_block1_conv2_bn", "gamma")).containsOnly(0.5f);
    assertThat(values(net, "stage2_block1_conv2_bn", "gamma")).containsOnly(0f);
    assertThat(values(net, "stage2_block1_conv1_bn", "gamma")).containsOnly(1f);
    assertThat(values(net, "stage2_block1_conv1_bn", "beta")).containsOnly(0f);
    assertThatThrownBy(() -> start(net, SEED, true, new Kaiming(), rule("*.mean", new Constant(1))))
        .hasMessageStartingWith("Invalid init.rules[0]: *.mean takes no parameter");
  }

  @Test
  void aRuleThatCannotStartWhatItTakesIsRefused() {
    ComputationGraph net = net(zoo());
    assertThatThrownBy(
            () ->
                start(
                    net,
                    SEED,
                    true,
                    new Kaiming(),
                    rule("conv*", new Orthogonal(Gain.RELU, null)),
                    rule("slopes*", new XavierUniform(Gain.LINEAR, null))))
        .hasMessage(
            "Invalid init.rules[1]: cannot start slopes.W, of which no fans are known (must be an"
                + " initialiser without fans, such as constant or normal)");
    assertThatThrownBy(() -> start(net, SEED, true, new Kaiming(), rule("stem*", new Constant(1))))
        .hasMessage(
            "Invalid init.rules[0]: stem* takes no parameter (must match one that no rule before it"
                + " takes; the layers are conv, norm, depthwise, separable, ..., local, dense, output)");
  }
}
