package io.millrace.model.architecture;

import io.millrace.model.ImageShape;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What a network is made for.
 *
 * @param images that it takes
 * @param classes that it tells apart
 * @param updater what DL4J's own {@code fit} uses on an exported model
 * @param seed of DL4J's own start, and of its dropout
 * @param head layers in front of its output; none but for those that it has itself
 * @param files where networks lie that are not made in code
 */
public record NetworkPurpose(
    ImageShape images,
    int classes,
    IUpdater updater,
    long seed,
    List<HeadLayer> head,
    TextFiles files) {
  /** Reads text files by their Hadoop path. */
  public interface TextFiles {
    /**
     * The text of a file.
     *
     * @throws IOException if it cannot be read
     */
    String read(String path) throws IOException;
  }

  /** One that ends as its architecture does. */
  public NetworkPurpose(
      ImageShape images, int classes, IUpdater updater, long seed, TextFiles files) {
    this(images, classes, updater, seed, List.of(), files);
  }

  /** One for networks that are made in code. */
  public NetworkPurpose(ImageShape images, int classes, IUpdater updater, long seed) {
    this(
        images,
        classes,
        updater,
        seed,
        List.of(),
        path -> {
          throw new FileNotFoundException(path);
        });
  }
}
