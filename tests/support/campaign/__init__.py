"""The campaign: erases of simulated drives with every fault that drives show, and an oracle that knows the truth.

case      what is tried: a drive with its faults, an order, power cuts; all from one seed
play      carries a case through, life after life, as the service would
oracle    compares what was claimed with what is left on the media
sampling  how often samples miss a residue of a known size, against the confidence that is stated
"""
