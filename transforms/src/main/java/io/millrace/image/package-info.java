/**
 * One image: decoding, one operation a class, and the pipeline that chains them.
 *
 * <p>Decided: a decoder of our own for plain JPEGs, in Java. It decodes only the part that a crop
 * keeps, at the scale that it is shrunk to, luma and chroma each at its own resolution, and takes
 * any bad code for what it is: an error. All other JPEGs go through Leptonica's libjpeg-turbo, each
 * of whose warnings is an error here; the other formats are read by us, of each the kinds that
 * stand in conf/DATA.md. What a large image will take is bounded by its header before anything is
 * allocated.
 *
 * <p>Operations give the bytes of Pillow and torchvision, so that a recipe is what its source says.
 * Each that draws takes one number of the image's stream and keys its own by it: what stands behind
 * it sees the same numbers, whatever it does. What an operation is tells how it is done: a {@link
 * io.millrace.image.Reframing} becomes part of one frame, a {@link io.millrace.image.Recolouring}
 * of one table of levels, a {@link io.millrace.image.Combination} gives way to what it draws, and
 * all others make pixels.
 *
 * <p>Rejected: ImageIO and OpenCV, which turn truncated JPEGs into pixels without an error; OpenCV
 * for WebP, whose decoder has CVE-2023-4863; DataVec's image loaders, which decode the whole image
 * for every crop.
 */
package io.millrace.image;
