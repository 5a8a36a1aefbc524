package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Turns the image counter-clockwise by a multiple of 90 degrees, each of those given as often;
 * height and width change places at 90 and 270. No pixel is mixed with another. Takes one random
 * number, which keys the draws.
 *
 * <p>With a flip before or behind it, it makes all eight symmetries of the square.
 */
@Named(
    value = "rotate_90",
    doc = "Turns counter-clockwise by 90, 180 or 270 degrees; height and width change places.")
public record QuarterTurn(
    @Key(
            doc = "Quarter turns that are drawn from, each as often.",
            value = "[1, 2, 3]",
            min = 1,
            max = 3)
        List<Integer> turns,
    @Key(doc = "Share of the images that are turned.", value = "0.75", min = 0, max = 1)
        double probability)
    implements Reframing {
  private static final Set<Integer> TURNS = Set.of(1, 2, 3);

  /** Checks turns and probability. */
  public QuarterTurn {
    turns = List.copyOf(turns);
    boolean known = !turns.isEmpty() && TURNS.containsAll(turns);
    boolean once = new HashSet<>(turns).size() == turns.size();
    Checks.that(known && once, "turns", turns, "some of 1, 2 and 3, each once");
    Checks.probability(probability);
  }

  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (!draws.happens(probability)) {
      return Frame.whole(height, width);
    }
    return switch (turns.get(draws.below(turns.size()))) {
      case 1 -> Frame.turn(height, width, true, false, true);
      case 2 -> Frame.turn(height, width, false, true, true);
      default -> Frame.turn(height, width, true, true, false);
    };
  }

  @Override
  public boolean keepsSize() {
    return probability == 0 || turns.equals(List.of(2));
  }

  @Override
  public Optional<Set<ImageSize>> sizes(ImageSize image) {
    Set<ImageSize> sizes = new HashSet<>();
    if (probability < 1 || turns.contains(2)) {
      sizes.add(image);
    }
    if (!keepsSize()) {
      sizes.add(new ImageSize(image.width(), image.height()));
    }
    return Optional.of(sizes);
  }
}
