package io.millrace.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a folder for a lake, and a place for the set that is prepared of it. */
abstract class WithLake {
  @TempDir Path folder;
  Path lake;
  Path set;

  @BeforeEach
  void makeLake() throws IOException {
    lake = Files.createDirectory(folder.resolve("lake"));
    set = folder.resolve("set");
  }
}
