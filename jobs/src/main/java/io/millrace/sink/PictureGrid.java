package io.millrace.sink;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Pictures of one size side by side, as many in a row as there are rows; small ones are enlarged
 * pixel by pixel.
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels 1 for grey, 3 for colour
 * @param png the picture
 */
record PictureGrid(int width, int height, int channels, byte[] png) {
  private static final int SMALL = 32;

  /**
   * Puts pictures together.
   *
   * @param pngs as PNG, one at least
   * @throws IOException for what is none
   */
  static PictureGrid of(List<byte[]> pngs) throws IOException {
    List<BufferedImage> pictures = new ArrayList<>();
    for (byte[] each : pngs) {
      pictures.add(ImageIO.read(new ByteArrayInputStream(each)));
    }
    BufferedImage first = pictures.get(0);
    int times = Math.max(1, SMALL / Math.max(first.getWidth(), first.getHeight()));
    int cellWidth = first.getWidth() * times + 1;
    int cellHeight = first.getHeight() * times + 1;
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    int rows = (pictures.size() + columns - 1) / columns;
    boolean grey = first.getType() == BufferedImage.TYPE_BYTE_GRAY;
    BufferedImage grid =
        new BufferedImage(
            columns * cellWidth - 1,
            rows * cellHeight - 1,
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = grid.createGraphics();
    for (int i = 0; i < pictures.size(); i++) {
      int x = i % columns * cellWidth;
      int y = i / columns * cellHeight;
      graphics.drawImage(pictures.get(i), x, y, cellWidth - 1, cellHeight - 1, null);
    }
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(grid, "png", png);
    return new PictureGrid(grid.getWidth(), grid.getHeight(), grey ? 1 : 3, png.toByteArray());
  }
}
