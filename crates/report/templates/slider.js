(function () {
  "use strict";
  var rows = JSON.parse(document.getElementById("sweep").textContent);
  var slider = document.getElementById("slider");
  var count = function (n) { return n.toLocaleString("en-GB"); };
  var percent = function (x) { return (100 * x).toFixed(x && x < 0.01 ? 2 : 1) + "\u00a0%"; };
  var put = function (id, text) { document.getElementById(id).textContent = text; };
  var show = function () {
    var r = rows[+slider.value], t = r[0], tp = r[1], fp = r[2], tn = r[3], fn = r[4];
    put("s-t", (100 * t).toFixed(t < 0.01 ? 2 : 1) + "\u00a0%");
    put("s-calls", count(tp + fp) + " (" + percent((tp + fp) / (tp + fp + tn + fn)) + ")");
    put("s-wins", count(tp) + (tp + fn ? " (" + percent(tp / (tp + fn)) + ")" : ""));
    put("s-per", tp ? ((tp + fp) / tp).toFixed(1) : "none won");
    put("s-miss", count(fn));
    slider.setAttribute("aria-valuetext", document.getElementById("s-t").textContent);
  };
  slider.addEventListener("input", show);
  document.querySelector(".try").hidden = false;
  show();
})();
