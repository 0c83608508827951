// Hits of the search page lead to the previews of their posts, and of the sections.

document.querySelector("bloghound-search").linkTo = ({ id }, url) => `preview?id=${encodeURIComponent(id)}${new URL(url, location).hash}`;
