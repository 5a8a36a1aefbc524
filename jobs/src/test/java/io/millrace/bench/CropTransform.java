package io.millrace.bench;

import java.util.Random;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.BaseImageTransform;

/** A given crop and flip, as a transform of DataVec; its loader then scales to the input's size. */
final class CropTransform extends BaseImageTransform<Mat> {
  private transient int[] crop;

  CropTransform() {
    super(null);
    converter = new org.bytedeco.javacv.OpenCVFrameConverter.ToMat();
  }

  void set(int[] crop) {
    this.crop = crop;
  }

  @Override
  protected ImageWritable doTransform(ImageWritable image, Random random) {
    Mat cut =
        new Mat(converter.convert(image.getFrame()), new Rect(crop[1], crop[0], crop[3], crop[2]));
    Mat out = new Mat();
    if (crop[4] == 1) {
      opencv_core.flip(cut, out, 1);
    } else {
      cut.copyTo(out);
    }
    return new ImageWritable(converter.convert(out));
  }

  @Override
  public float[] query(float... coordinates) {
    return coordinates;
  }
}
