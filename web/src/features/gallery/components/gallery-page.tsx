export const GalleryPage = () => <main>Gallery</main>;
