package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.reorder;
import org.junit.jupiter.api.Test;

class OneDnnTest {
  @Test
  void aStatusIsNamed() {
    assertThatCode(() -> OneDnn.check(dnnl.dnnl_success, "start")).doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> OneDnn.check(dnnl.dnnl_invalid_arguments, "keep to instructions of x"))
        .withMessage("oneDNN cannot keep to instructions of x: invalid arguments");
  }

  @Test
  void aRunThatFailsIsNamed() {
    memory from = new memory(OneDnn.layout(format_tag.ab, 2, 3), OneDnn.cpu());
    memory to = new memory(OneDnn.layout(format_tag.ba, 2, 3), OneDnn.cpu());
    OneDnnCall call = new OneDnnCall("order of weights", new reorder(from, to));
    assertThatIllegalStateException()
        .isThrownBy(call::run)
        .withMessage(
            "Cannot run oneDNN's order of weights: could not execute a primitive:"
                + " invalid arguments");
  }
}
