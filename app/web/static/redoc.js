// ReDoc in our dress, light or dark as the reader's system is when the page opens.
const place = document.querySelector("#viewer");
const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
const of = (light, dark) => (isDark ? dark : light);
const paper = of("#fcfbf8", "#14161a");
const raised = of("#f3f0e9", "#1d2026");
const ink = of("#1c1e22", "#e7e5df");
const quiet = of("#57595f", "#a9abb1");
const line = of("#dcd8cd", "#343841");
const link = of("#1f4f8f", "#9cc0f5");
const sans = "system-ui, sans-serif";

Redoc.init(
  place.dataset.document,
  {
    nativeScrollbars: true,
    theme: {
      colors: {
        primary: { main: link },
        success: { main: of("#0b5d57", "#6fd3c7") },
        error: { main: of("#8f2140", "#f59ab0") },
        text: { primary: ink, secondary: quiet },
        border: { dark: line, light: line },
        http: { get: of("#1f5fa8", "#9cc0f5") },
        responses: {
          success: { color: of("#0b5d57", "#6fd3c7"), backgroundColor: raised },
          error: { color: of("#8f2140", "#f59ab0"), backgroundColor: raised },
        },
      },
      schema: { nestedBackground: raised, linesColor: line, typeNameColor: quiet, typeTitleColor: quiet },
      sidebar: { backgroundColor: paper, textColor: ink },
      rightPanel: { backgroundColor: "#1d2026" },
      typography: {
        fontFamily: sans,
        headings: { fontFamily: sans },
        links: { color: link, visited: link, hover: link, textDecoration: "underline" },
        code: { color: of("#8f2140", "#f59ab0"), backgroundColor: raised },
      },
    },
  },
  place,
);
