package io.millrace.model.layers;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.millrace.backend.HostAccess;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights in the memory order of a primitive, and the ways from and to DL4J's: [C out, C in, kH,
 * kW], or [kH, kW, C in, C out / C in] of a depthwise convolution. They are there for one run: the
 * next layer of the thread takes their memory.
 */
final class BlockedWeights implements Freeable {
  private final memory blocked;
  private final long bytes;
  private final memory plain;
  private final OneDnnCall packing;
  private final OneDnnCall unpacking;
  private float[] given;
  private float[] turned;
  private FloatPointer turnedMemory;

  BlockedWeights(ConvolutionShape shape, memory.desc layout) {
    format_tag tag = shape.isDepthwise() ? format_tag.hwigo : format_tag.oihw;
    memory.desc order = OneDnn.layout(tag, shape.weights());
    blocked = new memory(layout, OneDnn.cpu(), null);
    bytes = layout.get_size();
    plain = new memory(order, OneDnn.cpu(), null);
    packing =
        new OneDnnCall("order of weights", new reorder(plain, blocked))
            .with(DNNL_ARG_FROM, plain)
            .with(DNNL_ARG_TO, blocked);
    unpacking =
        new OneDnnCall("order of gradients", new reorder(blocked, plain))
            .with(DNNL_ARG_FROM, blocked)
            .with(DNNL_ARG_TO, plain);
  }

  memory blocked() {
    return blocked;
  }

  /** Takes memory for the next run, with anything in it. */
  void take() {
    blocked.set_data_handle(Scratchpad.OF_WEIGHTS.atLeast(bytes));
  }

  /** Takes memory for the next run, with these weights in it. */
  void pack(INDArray weights) {
    take();
    packing.reads(DNNL_ARG_FROM, weights).run();
  }

  /** Reads what the run left. */
  void unpack(INDArray weights) {
    unpacking.writes(DNNL_ARG_TO, weights).run();
  }

  /** Packs {@code w'[i, o, y, x] = w[o, i, kH - 1 - y, kW - 1 - x]}. */
  void packTurned(INDArray weights) {
    int length = Math.toIntExact(weights.length());
    if (given == null) {
      given = new float[length];
      turned = new float[length];
      turnedMemory = new FloatPointer(length);
    }
    try (HostAccess from = HostAccess.reading(weights)) {
      from.floats().get(given);
    }
    turn((int) weights.size(0), (int) weights.size(1), (int) (weights.size(2) * weights.size(3)));
    turnedMemory.put(turned);
    take();
    plain.set_data_handle(turnedMemory);
    packing.run();
  }

  private void turn(int outs, int ins, int taps) {
    for (int i = 0; i < ins; i++) {
      for (int o = 0; o < outs; o++) {
        int to = (i * outs + o) * taps;
        int last = (o * ins + i) * taps + taps - 1;
        for (int tap = 0; tap < taps; tap++) {
          turned[to + tap] = given[last - tap];
        }
      }
    }
  }

  @Override
  public void free() {
    packing.free();
    unpacking.free();
    if (turnedMemory != null) {
      turnedMemory.close();
    }
  }
}
