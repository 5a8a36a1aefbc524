package io.millrace.config;

/**
 * Where a value was written.
 *
 * @param file the config file, or {@code --set}
 * @param line its line, from 1; 0 where lines mean nothing
 */
record Origin(String file, int line) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}
