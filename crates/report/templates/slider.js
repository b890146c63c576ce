(function () {
  "use strict";
  var sweep = JSON.parse(document.getElementById("sweep").textContent);
  var at = function (id) { return document.getElementById(id); };
  var put = function (id, text) { at(id).textContent = text; };
  var panel = at("try"), results = document.querySelector(".results"), slider = at("slider"), value = at("s-value"), cost = at("s-cost");
  var area = panel.getAttribute("data-area").split(",").map(Number), chosen = +panel.getAttribute("data-at");
  var judged = sweep.splits.test ? "test" : "valid";
  var none = "\u2013";
  // The page's own words.
  var say = function (what) { return panel.getAttribute("data-say-" + what); };

  // Numbers as the rest of the page writes them.
  var count = function (n) { return n.toLocaleString("en-GB", { maximumFractionDigits: 0 }).replace("-", "\u2212"); };
  var percent = function (x) {
    if (!isFinite(x)) return none;
    x *= 100;
    var end = Math.min(Math.abs(x), Math.abs(100 - x));
    return x.toFixed(end === 0 ? 0 : end < 0.001 ? 5 : end < 0.1 ? 3 : end < 1 ? 2 : 1) + "\u00a0%";
  };
  var fixed = function (x, n) { return isFinite(x) ? x.toFixed(n).replace("-", "\u2212") : none; };
  var money = function (x) {
    return isFinite(x) ? (Math.abs(x) < 100 && x % 1 ? fixed(x, 2) : count(x)) : none;
  };

  // An empty or negative field is no amount.
  var amount = function (field) {
    var good = field.value !== "" && +field.value >= 0;
    field.setAttribute("aria-invalid", String(!good));
    return good ? +field.value : NaN;
  };
  var profit = function (s, i) { return s.won[i] * amount(value) - s.called[i] * amount(cost); };

  var matrix = function (s, i) {
    var tp = s.won[i], fp = s.called[i] - tp, fn = s.positives - tp, tn = s.rows - s.called[i] - fn;
    if (!at("m-tp")) return;
    put("m-t", (i === chosen ? "the chosen threshold, " : "a threshold of ") + percent(sweep.thresholds[i]));
    put("m-up", i === chosen ? "(70 and up)" : "");
    put("m-below", i === chosen ? "(below 70)" : "");
    put("m-tp", count(tp)); put("m-fp", count(fp)); put("m-fn", count(fn)); put("m-tn", count(tn));
    put("m-flagged", count(tp + fp)); put("m-passed", count(fn + tn));
    put("m-precision", percent(tp / (tp + fp))); put("m-miss_rate", percent(fn / (fn + tn)));
    put("m-recall", percent(tp / (tp + fn))); put("m-specificity", percent(tn / (tn + fp)));
  };

  var draw = function (name, attributes, parent, text) {
    var element = document.createElementNS(results.querySelector("svg").namespaceURI, name);
    for (var key in attributes) element.setAttribute(key, attributes[key]);
    if (text !== undefined) element.textContent = text;
    return parent.appendChild(element);
  };
  var across = function (share) { return area[0] + share * (area[2] - area[0]); };
  var mark = function (svg, i) {
    var old = svg.querySelector(".here"), s = sweep.splits[judged], x = across(s.called[i] / s.rows);
    if (old) old.remove();
    draw("line", { class: "here", x1: x, x2: x, y1: area[1], y2: area[3] }, svg);
  };
  var curve = function (i) {
    var box = at("s-profit"), lines = {}, low = 0, high = 0;
    box.textContent = "";
    Object.keys(sweep.splits).forEach(function (name) {
      var s = sweep.splits[name];
      lines[name] = [[0, 0]].concat(s.called.map(function (n, k) { return [n / s.rows, profit(s, k) / s.rows]; }));
      lines[name].forEach(function (p) { low = Math.min(low, p[1]); high = Math.max(high, p[1]); });
    });
    if (!(high > low)) return;
    var svg = draw("svg", { viewBox: "0 0 1200 820", "aria-hidden": "true", focusable: "false" }, box);
    // A curve far below nothing would hide the part that matters.
    low = Math.max(low, -high || low);
    var up = function (y) { return area[3] - (Math.max(y, low) - low) / (high - low) * (area[3] - area[1]); };
    var step = Math.pow(10, Math.floor(Math.log10(high - low)));
    if ((high - low) / step < 3) step /= 4;
    for (var k = Math.ceil(low / step); k * step <= high; k++) {
      var y = k * step;
      draw("line", { class: y ? "grid" : "zero", x1: area[0], x2: area[2], y1: up(y), y2: up(y) }, svg);
      draw("text", { x: area[0] - 12, y: up(y) + 12, "text-anchor": "end" }, svg, fixed(y, step < 0.1 ? 3 : step < 1 ? 2 : step < 10 ? 1 : 0));
    }
    for (var tick = 0; tick <= 5; tick++) {
      draw("text", { x: across(tick / 5), y: area[3] + 42, "text-anchor": "middle" }, svg, 20 * tick + " %");
    }
    draw("text", { x: across(0.5), y: area[3] + 90, "text-anchor": "middle" }, svg, say("axis"));
    Object.keys(lines).sort().reverse().forEach(function (name) {
      var points = lines[name].map(function (p) { return across(p[0]) + "," + up(p[1]); }).join(" ");
      draw("polyline", { class: name === judged ? "judged" : "beside", points: points, fill: "none" }, svg);
    });
    mark(svg, i);
  };

  var show = function () {
    var i = +slider.value, t = sweep.thresholds[i], pays = amount(cost) / amount(value);
    put("s-t", percent(t));
    Object.keys(sweep.splits).forEach(function (name) {
      var s = sweep.splits[name], called = s.called[i], won = s.won[i], cell = function (key, text) {
        if (at("s-" + name + "-" + key)) put("s-" + name + "-" + key, text);
      };
      cell("called", count(called) + " (" + percent(called / s.rows) + ")");
      cell("won", count(won));
      cell("missed", count(s.positives - won));
      cell("precision", percent(won / called));
      cell("recall", percent(won / s.positives));
      cell("f1", fixed(2 * won / (called + s.positives), 3));
      cell("each", won ? fixed(called / won, 1) : none);
      cell("profit", money(profit(s, i)));
    });
    put("s-pays", isFinite(pays) ? say("pays") + " " + percent(pays) + "." : "Give two amounts that are not negative.");
    var s = sweep.splits[judged], told = count(s.called[i]) + " of " + count(s.rows) + " " + say("called") + ", " + count(s.won[i]) + " of " + count(s.positives) + " " + say("won");
    slider.setAttribute("aria-valuetext", percent(t) + ", " + told);
    put("s-status", told + ", profit " + money(profit(s, i)));
    matrix(s, i);
    mark(results.querySelector("svg"), i);
    curve(i);
  };
  var go = function (i) { slider.value = i; changed(); };
  var changed = function () {
    show();
    var link = "#threshold=" + sweep.thresholds[+slider.value] + "&value=" + value.value + "&cost=" + cost.value;
    // Not where the page is shown inside another, or under an address that may not change.
    try { history.replaceState(null, "", link); } catch (refused) { return; }
  };
  var nearest = function (t) {
    return sweep.thresholds.reduce(function (best, x, i) {
      return Math.abs(x - t) < Math.abs(sweep.thresholds[best] - t) ? i : best;
    }, 0);
  };
  var follow = function () {
    var asked = new URLSearchParams(location.hash.slice(1)), t = parseFloat(asked.get("threshold"));
    [["value", value], ["cost", cost]].forEach(function (pair) {
      if (parseFloat(asked.get(pair[0])) >= 0) pair[1].value = parseFloat(asked.get(pair[0]));
    });
    if (isFinite(t)) { slider.value = nearest(t); panel.scrollIntoView(); }
    show();
  };

  slider.addEventListener("input", changed);
  value.addEventListener("input", changed);
  cost.addEventListener("input", changed);
  panel.querySelectorAll("[data-stop]").forEach(function (button) {
    button.addEventListener("click", function () { go(+button.getAttribute("data-stop")); });
  });
  at("s-best").addEventListener("click", function () {
    var s = sweep.splits.valid || sweep.splits[judged];
    go(s.called.reduce(function (best, _, i) { return profit(s, i) > profit(s, best) ? i : best; }, 0));
  });
  window.addEventListener("hashchange", follow);
  panel.hidden = false;
  results.hidden = false;
  follow();
})();
