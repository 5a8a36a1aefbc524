package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.junit.jupiter.api.Test;

class WrongInputExceptionTest {
  @Test
  void whatTryingAgainCannotMendIsTheInputsFault() {
    for (Exception cause :
        new Exception[] {
          new WrongInputException("it is damaged"),
          new FileNotFoundException("a"),
          new EOFException(),
          new ZipException("invalid"),
          new ChecksumException("a", 0),
          new IllegalArgumentException("Can not create a Path from an empty string")
        }) {
      assertThat(WrongInputException.of("Cannot read a: b", cause))
          .isInstanceOf(WrongInputException.class)
          .hasMessage("Cannot read a: b")
          .hasCause(cause);
    }
  }

  @Test
  void aStoreThatDoesNotAnswerIsNot() {
    for (IOException cause :
        new IOException[] {new IOException("reset"), new ConnectException("refused")}) {
      assertThat(WrongInputException.of("Cannot read a: b", cause))
          .isNotInstanceOf(WrongInputException.class)
          .hasMessage("Cannot read a: b");
    }
  }
}
