package io.millrace.store;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.InvalidPathException;
import org.apache.hadoop.fs.ParentNotDirectoryException;

/**
 * An input that is missing, damaged, or not what it is taken for: whoever gave it has to change
 * something, and trying again helps nothing.
 */
public class WrongInputException extends IOException {
  private static final long serialVersionUID = 1;

  /** With what is wrong, in one line. */
  public WrongInputException(String message) {
    super(message);
  }

  /** With what is wrong, in one line, and what showed it. */
  public WrongInputException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The failure to read an input: one of this kind if the input is at fault, else one that may
   * pass, such as that of a file system that does not answer.
   */
  public static IOException of(String message, Exception cause) {
    boolean wrong =
        cause instanceof WrongInputException
            || cause instanceof FileNotFoundException
            || cause instanceof ParentNotDirectoryException
            || cause instanceof EOFException
            || cause instanceof ZipException
            || cause instanceof ChecksumException
            || cause instanceof IllegalArgumentException
            || cause instanceof InvalidPathException;
    return wrong ? new WrongInputException(message, cause) : new IOException(message, cause);
  }
}
