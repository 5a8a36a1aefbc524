package io.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.exchange.AveragingConfig.Reduce;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.recipe.Bmuf;
import io.millrace.recipe.Ema;
import io.millrace.wire.WeightCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What workers send, as one. */
class ExchangeTest {
  private static byte[] slice(float... values) {
    byte[][] slices = WeightCodec.allocate(values.length);
    WeightCodec.put(values, slices, 0);
    return slices[0];
  }

  private static float[] floats(byte[] slice) {
    float[] values = new float[slice.length / Float.BYTES];
    WeightCodec.floats(slice).get(values);
    return values;
  }

  private static float[] reduce(
      Exchange exchange, Wire wire, byte[] master, long[] examples, byte[]... own) {
    List<ByteBuffer> sent = new ArrayList<>();
    for (byte[] each : own) {
      sent.add(ByteBuffer.wrap(exchange.up(each, master, wire)));
    }
    byte[] reduced = exchange.reduce(sent, examples, true, wire);
    exchange.finish(new byte[][] {master}, new byte[][] {reduced});
    return floats(reduced);
  }

  @Test
  void weightsAndDifferencesAreTheAverageByExamples() {
    byte[] master = slice(1, 2, -4);
    byte[] one = slice(2, 2, -8);
    byte[] two = slice(5, 2, 0);
    for (Exchange exchange : List.of(new Weights(), new Differences())) {
      assertThat(reduce(exchange, Wire.FP32, master, new long[] {2, 1}, one, two))
          .containsExactly(3, 2, -16f / 3);
    }
    assertThat(reduce(new Differences(), Wire.BF16, master, new long[] {1, 1}, one, two))
        .containsExactly(3.5f, 2, -4);
  }

  @Test
  void gradientsAreTheirSumInDoubleInTheOrderOfTheWorkers() {
    byte[] master = slice(0, 0);
    assertThat(
            reduce(
                new Gradients(),
                Wire.FP32,
                master,
                new long[] {3, 1, 9},
                slice(1e8f, 0.1f),
                slice(1, 0.2f),
                slice(-1e8f, 0.3f)))
        .containsExactly(1, (float) ((double) 0.1f + 0.2f + 0.3f));
    assertThat(reduce(new Gradients(), Wire.BF16, master, new long[] {1}, slice(1.001f, -3)))
        .containsExactly(1, -3);
  }

  @Test
  void withoutWeightsTheMeanGradientOfEachCountsTheSame() {
    List<ByteBuffer> sent = List.of(ByteBuffer.wrap(slice(8)), ByteBuffer.wrap(slice(6)));
    byte[] sum = new Gradients().reduce(sent, new long[] {4, 2}, false, Wire.FP32);
    assertThat(floats(sum)).containsExactly(6 * (8f / 4 + 6f / 2) / 2);
  }

  @Test
  void withoutWeightsEachWorkerCountsTheSame() {
    List<ByteBuffer> sent = List.of(ByteBuffer.wrap(slice(8, 1)), ByteBuffer.wrap(slice(6, 2)));
    for (Exchange exchange : List.of(new Weights(), new Differences())) {
      byte[] mean = exchange.reduce(sent, new long[] {4, 2}, false, Wire.FP32);
      assertThat(floats(mean)).containsExactly(7, 1.5f);
    }
  }

  @Test
  void everyElementOfALongSliceIsSummed() {
    float[] odd = new float[1300];
    float[] even = new float[odd.length];
    for (int i = 0; i < odd.length; i++) {
      odd[i] = 2 * i + 1;
      even[i] = 2 * i;
    }
    List<ByteBuffer> sent = List.of(ByteBuffer.wrap(slice(odd)), ByteBuffer.wrap(slice(even)));
    float[] sum = floats(new Gradients().reduce(sent, new long[] {4, 2}, true, Wire.FP32));
    assertThat(sum).hasSize(odd.length);
    for (int i = 0; i < sum.length; i++) {
      assertThat(sum[i]).isEqualTo(4 * i + 1);
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    refused(
        1,
        State.AVERAGE,
        new Weights(),
        Wire.BF16,
        "Invalid wire: bf16 (must be fp32 where exchange is weights");
    refused(1, State.AVERAGE, new Differences(), Wire.BF16, "Invalid state: average (must be");
    refused(2, State.AVERAGE, new Gradients(), Wire.FP32, "Invalid every: 2 (must be 1 where");
    refused(1, State.LOCAL_RESET, new Gradients(), Wire.FP32, "Invalid state: local-reset (must");
    assertThatThrownBy(
            () ->
                new AveragingConfig(
                    new FixedEvery(1),
                    State.AVERAGE,
                    new Gradients(),
                    Wire.FP32,
                    Reduce.AUTO,
                    new Bmuf(null, 1, true, true),
                    List.of()))
        .hasMessageStartingWith("Invalid outer: bmuf (must be replace where exchange is gradients");
    assertThatThrownBy(
            () ->
                new AveragingConfig(
                    new FixedEvery(1),
                    State.AVERAGE,
                    new Weights(),
                    Wire.FP32,
                    Reduce.AUTO,
                    new Bmuf(null, 1, true, true),
                    List.of(new Ema(0.9, 1, 0.5, 0), new Ema(0.99, 1, 0.5, 0))))
        .hasMessage("Invalid shadows: ema twice (must be one of each kind)");
  }

  private static void refused(int every, State state, Exchange exchange, Wire wire, String said) {
    assertThatThrownBy(
            () -> new AveragingConfig(new FixedEvery(every), state, exchange, wire, Reduce.AUTO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(said);
  }
}
