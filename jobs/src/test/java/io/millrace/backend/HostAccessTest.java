package io.millrace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HostAccessTest {
  @Test
  void aViewBeginsAtItsOwnFirstElement() {
    INDArray view = Nd4j.arange(24).castTo(DataType.FLOAT).get(NDArrayIndex.interval(5, 9));
    try (HostAccess access = HostAccess.writing(view)) {
      assertThat(access.floats().get(0)).isEqualTo(5);
      assertThat(access.floats().remaining()).isEqualTo(4);
      assertThat(access.bytes(1, 2).order(ByteOrder.nativeOrder()).asFloatBuffer().get(1))
          .isEqualTo(7);
      access.floats().put(3, -1);
    }
    assertThat(view.getFloat(3)).isEqualTo(-1);
  }

  @Test
  void elementsComeInMemoryOrder() {
    INDArray columns = Nd4j.create(new float[][] {{1, 2}, {3, 4}}).dup('f');
    try (HostAccess access = HostAccess.reading(columns)) {
      assertThat(access.floats().get(1)).isEqualTo(3);
    }
  }

  @Test
  void refusesWhatDoesNotLieInOneStretch() {
    INDArray column = Nd4j.create(DataType.FLOAT, 4, 3).getColumn(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostAccess.reading(column))
        .withMessage(
            "Cannot reach the memory of an array: it is strided FLOAT (must be contiguous FLOAT)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostAccess.writing(Nd4j.create(DataType.DOUBLE, 4)))
        .withMessageContaining("it is contiguous DOUBLE");
  }

  @Test
  void refusesAnArrayThatWasClosed() {
    INDArray closed = Nd4j.createUninitializedDetached(DataType.FLOAT, 4);
    closed.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> HostAccess.reading(closed))
        .withMessage("Cannot reach the memory of an array: it was closed");
  }

  @Test
  void asksFirstAndTagsWhatWasWritten() {
    List<String> calls = new ArrayList<>();
    HostCopies before =
        HostAccess.replace(
            new HostCopies() {
              @Override
              public Pointer ask(INDArray array) {
                calls.add("ask " + array.length());
                return OF_ND4J.ask(array);
              }

              @Override
              public void tag(INDArray array) {
                calls.add("tag " + array.length());
              }
            });
    try (HostAccess reading = HostAccess.reading(Nd4j.create(DataType.FLOAT, 2));
        HostAccess writing = HostAccess.writing(Nd4j.create(DataType.FLOAT, 3))) {
      reading.floats().get(0);
      writing.floats().put(0, 1);
      assertThat(calls).containsExactly("ask 2", "ask 3");
    } finally {
      HostAccess.replace(before);
    }
    assertThat(calls).containsExactly("ask 2", "ask 3", "tag 3");
  }
}
