(function () {
  "use strict";
  document.querySelectorAll("figure.tl").forEach(function (figure) {
    var buttons = Array.from(figure.querySelectorAll(".tl-anchors button"));
    var rulers = Array.from(figure.querySelectorAll(".tl-days"));
    var events = Array.from(figure.querySelectorAll(".tl-event"));
    var detail = figure.querySelector(".tl-detail");
    var chosen = 0;

    function words(event) {
      var text = event.dataset.what;
      if (event.dataset.days === undefined) { return text; }
      var days = event.dataset.days.split("|")[chosen];
      if (days && buttons.length) { text += ". From " + buttons[chosen].textContent.toLowerCase() + ": " + days; }
      return text + ". Calendar: " + event.dataset.dates + ".";
    }

    function choose(number) {
      chosen = number;
      buttons.forEach(function (button, place) { button.setAttribute("aria-pressed", String(place === number)); });
      rulers.forEach(function (ruler, place) {
        if (place === number) { ruler.removeAttribute("display"); } else { ruler.setAttribute("display", "none"); }
      });
      events.forEach(function (event) { event.setAttribute("aria-label", words(event)); });
    }

    buttons.forEach(function (button, place) {
      if (button.getAttribute("aria-pressed") === "true") { chosen = place; }
      button.addEventListener("click", function () { choose(place); });
    });

    // All events together are one stop of the Tab key: the one that was reached last.
    var lanes = Array.from(figure.querySelectorAll(".tl-lane"), function (lane) {
      return Array.from(lane.querySelectorAll(".tl-event"));
    }).filter(function (lane) { return lane.length; });

    function middle(event) {
      var box = event.getBoundingClientRect();
      return (box.left + box.right) / 2;
    }

    function nearest(lane, event) {
      return (lane || []).slice().sort(function (one, other) {
        return Math.abs(middle(one) - middle(event)) - Math.abs(middle(other) - middle(event));
      })[0];
    }

    function following(event, key) {
      var number = lanes.findIndex(function (lane) { return lane.includes(event); });
      var lane = lanes[number];
      var place = lane.indexOf(event);
      switch (key) {
        case "ArrowLeft": return lane[place - 1];
        case "ArrowRight": return lane[place + 1];
        case "ArrowUp": return nearest(lanes[number - 1], event);
        case "ArrowDown": return nearest(lanes[number + 1], event);
        case "Home": return lane[0];
        case "End": return lane[lane.length - 1];
      }
    }

    var keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
    events.forEach(function (event, number) {
      event.setAttribute("tabindex", number === 0 ? "0" : "-1");
      function tell() { detail.textContent = words(event); }
      event.addEventListener("focus", function () {
        events.forEach(function (other) { other.setAttribute("tabindex", other === event ? "0" : "-1"); });
        tell();
      });
      event.addEventListener("mouseenter", tell);
      event.addEventListener("keydown", function (key) {
        if (!keys.includes(key.key)) { return; }
        key.preventDefault();
        var next = following(event, key.key);
        if (next) { next.focus(); }
      });
    });

    figure.classList.add("tl-live");
    choose(chosen);
  });
})();
