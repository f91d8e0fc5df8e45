// Applies the theme the person chose on this device before the first paint. Kept in step with src/app/theme.ts.
(function () {
  try {
    var theme = localStorage.getItem("nudge.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // No storage (private mode): the system's theme is right.
  }
})();
