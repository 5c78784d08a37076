//! Weight of evidence in decibans: group caps, the weak cap, and the bands of the next step.
